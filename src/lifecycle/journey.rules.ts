import type { Event } from '../events/event.entity.js';
import { MILLISECONDS_PER_DAY } from '../platform/dates.rules.js';
import { LifecycleStage } from './lifecycle-stage.js';

const BOUGHT = /^(?:order completed|order paid|subscription started|payment succeeded)$/i;
const REFERRED = /^(?:invite|referral|post shared|product shared|review submitted|share)/i;
const REACHABLE = /^(?:signed up|account created|followed|friend added|lead|member joined|device paired)/i;
const LEFT = /^(?:unfollowed|unsubscribed|account deleted|subscription cancelled|friend removed)/i;

/** What a journey is made of: events in the order of time, each with the stage it showed. */
export interface JourneyRecord {
  readonly steps: readonly { readonly event: Event; readonly stage: LifecycleStage }[];
  readonly currentStage: LifecycleStage;
  readonly channels: readonly Event['channel'][];
  readonly durationDays: number;
}

const EARLY: ReadonlySet<LifecycleStage> = new Set([LifecycleStage.AWARENESS, LifecycleStage.CHURN]);

/** The stage an event shows, given the stage before it and whether the person bought earlier. */
function stageAfter({ name, type }: Event, before: LifecycleStage, hasBought: boolean): LifecycleStage {
  if (BOUGHT.test(name)) return hasBought ? LifecycleStage.RETENTION : LifecycleStage.CONVERSION;
  if (hasBought && REFERRED.test(name)) return LifecycleStage.REFERRAL;
  if (LEFT.test(name)) return LifecycleStage.CHURN;
  const canBeReached = type === 'IDENTIFY' || REACHABLE.test(name);
  return canBeReached && EARLY.has(before) ? LifecycleStage.ACQUISITION : before;
}

/** A person's way through the stages, from events in any order; without any it stands at AWARENESS. */
export function journeyOf(events: readonly Event[]): JourneyRecord {
  const ordered = [...events].sort((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime() || (a.id < b.id ? -1 : 1));
  let stage: LifecycleStage = LifecycleStage.AWARENESS;
  let hasBought = false;
  const steps = ordered.map((event) => {
    stage = stageAfter(event, stage, hasBought);
    hasBought ||= BOUGHT.test(event.name);
    return { event, stage };
  });
  const [first, last] = [ordered[0], ordered.at(-1)];
  return {
    steps,
    currentStage: stage,
    channels: [...new Set(ordered.map(({ channel }) => channel))],
    durationDays: first && last ? (last.occurredAt.getTime() - first.occurredAt.getTime()) / MILLISECONDS_PER_DAY : 0,
  };
}
