import { MILLISECONDS_PER_DAY } from '../platform/dates.rules.js';

/** The day so many calendar months after a day (counted from 1 January 1970): the last of its month where it has no such day. */
export function monthsAfter(day: number, months: number): number {
  const date = new Date(day * MILLISECONDS_PER_DAY);
  const [year, month] = [date.getUTCFullYear(), date.getUTCMonth() + months];
  const lastOfMonth = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  return Date.UTC(year, month, Math.min(date.getUTCDate(), lastOfMonth)) / MILLISECONDS_PER_DAY;
}
