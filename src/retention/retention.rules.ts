import { MILLISECONDS_PER_DAY } from '../platform/dates.rules.js';
import type { EventRule, KeepingPurpose } from './retention-settings.js';

/** What happened, or arrived, before this is kept for so many days no more. */
export function keptFrom(now: Date, days: number): Date {
  return new Date(now.getTime() - days * MILLISECONDS_PER_DAY);
}

/** For how many days a person's events are kept: as long as the purpose says that keeps them longest, of those permitted. */
export function daysOfEvents(rule: EventRule, isPermitted: (purpose: KeepingPurpose) => boolean): number {
  const others = Object.entries(rule).filter(([purpose]) => isPermitted(purpose as KeepingPurpose));
  return Math.max(rule.SERVICE, ...others.map(([, days]) => days));
}

/** Before this, no event is taken in, whosever it is; null where all are. */
export function oldestTaken(rule: EventRule | undefined, now: Date): Date | null {
  return rule
    ? keptFrom(
        now,
        daysOfEvents(rule, () => true),
      )
    : null;
}
