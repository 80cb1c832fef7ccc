import type { Random } from './random.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const SHANGHAI = 8 * HOUR;

/** Days of history that the demo tells. */
export const HISTORY_DAYS = 90;

/** When somebody was active, in days before `end`: from `oldest` to `newest` (at least 0). */
export interface ActiveDays {
  end: Date;
  oldest: number;
  newest: number;
}

/** The hours at which things of one sort happen, local time of Shanghai. */
export type Rhythm = 'LEISURE' | 'STORE' | 'OFFICE' | 'HOME';

type Hours = readonly [readonly [number, number], ...(readonly [number, number])[]];

/** Pairs of an hour and its weight. */
const HOURS: Record<Rhythm, Hours> = {
  LEISURE: [
    [0, 1],
    [7, 2],
    [8, 4],
    [9, 4],
    [10, 4],
    [11, 4],
    [12, 7],
    [13, 6],
    [14, 4],
    [15, 4],
    [16, 4],
    [17, 4],
    [18, 5],
    [19, 7],
    [20, 10],
    [21, 11],
    [22, 8],
    [23, 3],
  ],
  STORE: [
    [10, 3],
    [11, 5],
    [12, 5],
    [13, 4],
    [14, 5],
    [15, 6],
    [16, 6],
    [17, 6],
    [18, 7],
    [19, 8],
    [20, 6],
    [21, 2],
  ],
  OFFICE: [
    [9, 5],
    [10, 8],
    [11, 7],
    [13, 3],
    [14, 7],
    [15, 8],
    [16, 7],
    [17, 5],
    [18, 2],
  ],
  HOME: [
    [0, 2],
    [6, 3],
    [7, 6],
    [8, 5],
    [12, 2],
    [18, 5],
    [19, 7],
    [20, 8],
    [21, 8],
    [22, 7],
    [23, 4],
  ],
};

/** One moment inside the active days and inside the history, plausible for its rhythm. */
export function moment(random: Random, days: ActiveDays, rhythm: Rhythm): Date {
  const end = days.end.getTime();
  const midnight = Math.floor((end + SHANGHAI) / DAY) * DAY - SHANGHAI;
  // The oldest day that lies in the history as a whole, with room for what leads up to a moment.
  const oldest = Math.min(days.oldest, HISTORY_DAYS - 2);
  const day = midnight - random.int(Math.min(days.newest, oldest), oldest) * DAY;
  let time = day + random.weighted(HOURS[rhythm]) * HOUR + random.int(0, HOUR - 1);
  while (time > end - HOUR) time -= DAY;
  if (rhythm === 'OFFICE' && isWeekend(time)) time += time - 2 * DAY > end - HISTORY_DAYS * DAY ? -2 * DAY : 2 * DAY;
  return new Date(time);
}

/** That many moments, earliest first. */
export function moments(random: Random, days: ActiveDays, count: number, rhythm: Rhythm): Date[] {
  const drawn = Array.from({ length: count }, () => moment(random, days, rhythm));
  return drawn.sort((left, right) => left.getTime() - right.getTime());
}

export function minutesAfter(at: Date, minutes: number): Date {
  return new Date(at.getTime() + Math.round(minutes * MINUTE));
}

export function daysAfter(at: Date, days: number): Date {
  return new Date(at.getTime() + Math.round(days * DAY));
}

function isWeekend(time: number): boolean {
  const weekday = new Date(time + SHANGHAI).getUTCDay();
  return weekday === 0 || weekday === 6;
}
