import { LRUCache } from 'lru-cache';
import { MILLISECONDS_PER_DAY } from '../platform/dates.rules.js';

/** Clocks of the world stand at most so far from UTC. */
const FARTHEST = 16 * 3_600_000;
const DAYS_KEPT = 8_000;
const ZONES_KEPT = 100;

/** The calendar days of a time zone, counted from 1 January 1970. */
export interface Calendar {
  /** The day that an instant (milliseconds) is in. */
  readonly dayOf: (instant: number) => number;
  /** The first instant of a day, in milliseconds: midnight, or later where the clocks leave midnight out. */
  readonly startOf: (day: number) => number;
}

/** Finding where a day begins takes some 30 questions to the time zone's table: each is asked once. */
const calendars = new LRUCache<string, Calendar>({ max: ZONES_KEPT });

/** The calendar of a time zone (IANA), by the table of time zones that Node brings along. */
export function calendarOf(timeZone: string): Calendar {
  const calendar = calendars.get(timeZone) ?? newCalendar(timeZone);
  calendars.set(timeZone, calendar);
  return calendar;
}

function newCalendar(timeZone: string): Calendar {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    era: 'short',
  });
  const localDay = (instant: number) => dayNumber(format.formatToParts(instant));
  const starts = new LRUCache<number, number>({ max: DAYS_KEPT });
  const startOf = (day: number) => {
    const known = starts.get(day);
    if (known !== undefined) return known;
    const start = firstInstant(day, localDay);
    starts.set(day, start);
    return start;
  };
  const dayOf = (instant: number) => {
    const day = Math.floor(instant / MILLISECONDS_PER_DAY);
    if (instant >= startOf(day + 1)) return day + 1;
    return instant >= startOf(day) ? day : day - 1;
  };
  return { dayOf, startOf };
}

/** By halving: a day's first instant lies within 16 hours of the same day's in UTC. */
function firstInstant(day: number, localDay: (instant: number) => number): number {
  let before = day * MILLISECONDS_PER_DAY - FARTHEST - 1;
  let from = day * MILLISECONDS_PER_DAY + FARTHEST;
  while (from - before > 1) {
    const middle = Math.floor((before + from) / 2);
    if (localDay(middle) >= day) from = middle;
    else before = middle;
  }
  return from;
}

function dayNumber(parts: readonly Intl.DateTimeFormatPart[]): number {
  const value = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  const isBeforeChrist = parts.some(({ type, value: era }) => type === 'era' && era.startsWith('B'));
  const date = new Date(0);
  date.setUTCFullYear(isBeforeChrist ? 1 - value('year') : value('year'), value('month') - 1, value('day'));
  return Math.floor(date.getTime() / MILLISECONDS_PER_DAY);
}

/** The number of a day that stands as text, as `1990-01-31`. */
export function dayNumberOfText(day: string): number {
  return Math.floor(Date.parse(`${day}T00:00:00Z`) / MILLISECONDS_PER_DAY);
}
