import { foldCode } from './folded-text.rules.js';
import { isOneEditApart } from './similarity.rules.js';

/** A day of birth, read; `year` is '' where it is left out. The day need not exist: what is mistyped can still be compared. */
export interface Birthday {
  readonly key: string;
  readonly year: string;
  readonly month: string;
  readonly day: string;
}

/** How two birthdays agree, from best to worst. */
export const BIRTHDAY_LEVELS = ['exact', 'swapped', 'typo', 'yearMissing', 'similar', 'different'] as const;

export type BirthdayLevel = (typeof BIRTHDAY_LEVELS)[number];

const YEAR_FIRST = /^(\d{4})[-/.年]?(\d{1,2})[-/.月]?(\d{1,2})日?(?:t?\d\d:.*)?$/;
const YEAR_LAST = /^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$/;
const YEARLESS = /^(?:0000)?-{0,2}(\d{1,2})[-/.月](\d{1,2})日?$/;

function birthday(year: string, month: string, day: string): Birthday {
  const [mm, dd] = [month.padStart(2, '0'), day.padStart(2, '0')];
  return { key: `${year}-${mm}-${dd}`, year, month: mm, day: dd };
}

/** Reads `1990-01-31`, `19900131`, `1990/1/31`, `1990年1月31日`, `31/01/1990`, and without a year `01-31`, `1月31日`. */
export function parseBirthday(text: string): Birthday | undefined {
  const folded = foldCode(text);
  const [, year, month = '', day = ''] = YEAR_FIRST.exec(folded) ?? [];
  if (year !== undefined) return birthday(year, month, day);
  const [, first, second = '', lastYear = ''] = YEAR_LAST.exec(folded) ?? [];
  if (first !== undefined) return yearLast(first, second, lastYear);
  const [, yearlessMonth, yearlessDay = ''] = YEARLESS.exec(folded) ?? [];
  return yearlessMonth === undefined ? undefined : birthday('', yearlessMonth, yearlessDay);
}

/** Whether day or month comes first is seen where one is above 12; else the day does, as in most countries that put the year last. */
function yearLast(first: string, second: string, year: string): Birthday {
  return Number(second) > 12 ? birthday(year, first, second) : birthday(year, second, first);
}

/** How two birthdays agree. */
export function likenessOfBirthdays(left: Birthday, right: Birthday): BirthdayLevel {
  const isSameDay = left.month === right.month && left.day === right.day;
  if (left.year === '' || right.year === '') return isSameDay ? 'yearMissing' : 'different';
  if (left.key === right.key) return 'exact';
  if (isSwapped(left, right)) return 'swapped';
  if (isTypo(left, right, isSameDay)) return 'typo';
  return partsAgreeing(left, right) === 2 ? 'similar' : 'different';
}

function isSwapped(left: Birthday, right: Birthday): boolean {
  return left.year === right.year && left.month === right.day && left.day === right.month;
}

function isTypo(left: Birthday, right: Birthday, isSameDay: boolean): boolean {
  if (isSameDay && Math.abs(Number(left.year) - Number(right.year)) === 1) return true;
  return isOneEditApart(left.year + left.month + left.day, right.year + right.month + right.day);
}

function partsAgreeing(left: Birthday, right: Birthday): number {
  return Number(left.year === right.year) + Number(left.month === right.month) + Number(left.day === right.day);
}
