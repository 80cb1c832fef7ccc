import { calendarOf } from '../rules/calendar.rules.js';
import type { StandingSettings } from './customer-standing.rules.js';

/** The hours of the tenant's clock in which scores are made anew; whoever missed them makes it good later. */
const NIGHT_FROM_HOUR = 3;
const NIGHT_TO_HOUR = 6;
const HOUR_MS = 3_600_000;

/** Stands for all settings that standings follow from. */
export function markOfSettings(settings: StandingSettings & { readonly currency: string }): string {
  const { timeZone, currency, sealImportant, lifecycle, rfm } = settings;
  return JSON.stringify([timeZone, currency, sealImportant, lifecycle, rfm]);
}

/** What the newest version of scores was made of. */
export interface LastScoring {
  readonly asOf: Date;
  readonly mark: string;
}

/**
 * The night that scores are to be made for now, as a name; undefined where they need not be. They are made at night, and
 * at any time where the newest were made before the last night, or under other settings.
 */
export function nightDue(now: Date, timeZone: string, mark: string, last: LastScoring | undefined): string | undefined {
  const calendar = calendarOf(timeZone);
  const hours = (now.getTime() - calendar.startOf(calendar.dayOf(now.getTime()))) / HOUR_MS;
  const night = calendar.dayOf(now.getTime()) - (hours < NIGHT_FROM_HOUR ? 1 : 0);
  const began = calendar.startOf(night) + NIGHT_FROM_HOUR * HOUR_MS;
  if (last !== undefined && last.asOf.getTime() >= began && last.mark === mark) return undefined;
  const isNight = hours >= NIGHT_FROM_HOUR && hours < NIGHT_TO_HOUR;
  return isNight || last !== undefined ? `${night} ${mark}` : undefined;
}
