import type { Birthday } from './birthday.rules.js';

/** Dates that software shows where it has none: the zeros of SQL Server, Excel, Unix, and of dates as such. */
const ZERO_DATES = new Set([
  '1900-01-01',
  '1899-12-30',
  '1899-12-31',
  '1970-01-01',
  '0001-01-01',
  '0000-00-00',
  '1753-01-01',
]);
/** The first day of a round year is chosen by whoever doesn't care. */
const ROUND_DATES = new Set(['1980-01-01', '1990-01-01', '2000-01-01']);
/** Customers' birthdays spread over at least this many days. */
const DAYS_OF_BIRTH = 15_000;
const FAR_MORE = 20;
const MORE_ON_FIRST = 5;
const SLACK = 10;
const SLACK_ON_FIRST = 5;

/** Whether a birthday is, by itself, more likely what a form puts in than a day that somebody was born on. */
export function isFormBirthday({ key }: Birthday): boolean {
  return ZERO_DATES.has(key) || ROUND_DATES.has(key);
}

/** Whether a birthday is what a form puts in by itself: far more records have it than are born on one day. */
export function isDefaultBirthday({ key, year }: Birthday, count: number, records: number): boolean {
  if (ZERO_DATES.has(key)) return true;
  if (year === '') return false;
  const expected = records / DAYS_OF_BIRTH;
  return key.endsWith('-01-01')
    ? count > SLACK_ON_FIRST + MORE_ON_FIRST * expected
    : count > SLACK + FAR_MORE * expected;
}
