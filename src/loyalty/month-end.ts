import { MILLISECONDS_PER_DAY } from '../platform/dates.rules.js';
import { calendarOf } from '../rules/calendar.rules.js';

/** The first instant after the month that comes so many after that of a moment, by the calendar of a time zone. */
export function monthEndOf(timeZone: string): (at: Date, months: number) => Date {
  const { dayOf, startOf } = calendarOf(timeZone);
  return (at, months) => {
    const day = new Date(dayOf(at.getTime()) * MILLISECONDS_PER_DAY);
    const next = Date.UTC(day.getUTCFullYear(), day.getUTCMonth() + months + 1, 1);
    return new Date(startOf(next / MILLISECONDS_PER_DAY));
  };
}
