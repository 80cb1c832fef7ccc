import type { IdentifierType } from './identifier-type.js';

/** Values that name nobody: what software writes where it knows no better, and numbers that are given as examples. */
const JUNK = new Set([
  'null',
  'undefined',
  'none',
  'nil',
  'nan',
  'n/a',
  'na',
  'unknown',
  'guest',
  'anonymous',
  'test',
  'admin',
  'root',
  'user',
  'default',
  'empty',
  'true',
  'false',
  '[object object]',
  '(null)',
  '"null"',
  '(not set)',
  'not set',
  '-1',
  'undefined_undefined',
  'null_null',
  'anonymoususer',
  'visitor',
  '02:00:00:00:00:00',
  '9774d56d682e549c',
  '暂无',
  '空',
  '-',
  '--',
  '无',
  '未知',
  '匿名',
  '游客',
  '测试',
]);
const EXAMPLE_PHONES = new Set([
  '+8613800138000',
  '+8613888888888',
  '+8613000000000',
  '+8618888888888',
  '+8612345678901',
]);
const JUNK_EMAIL =
  /^(?:(?:test[\d._+-]*|null|none|noreply|no-reply|admin|guest|example|user|na|unknown|abc|123\d*|(.)\1*)@|[^@]+@(?:test\.|localhost\b|invalid\b))/u;
/** A number whose last eight digits are one is given as an example or typed to get past a form; 400 and 800 are firms' own. */
const JUNK_PHONE = /(\d)\1{7}$|^\+86[48]00\d/;
const ONE_CHARACTER_REPEATED = /^(.)\1{4,}$/u;
const EMPTY_UUID = /^[0-]+$/;

/** Whether a normalised value identifies nobody and so may link nobody. */
export function isJunkIdentifier(type: IdentifierType | `${IdentifierType}`, value: string): boolean {
  const folded = value.toLowerCase();
  if (type === 'PHONE') return EXAMPLE_PHONES.has(value) || JUNK_PHONE.test(value);
  if (type === 'EMAIL') return JUNK_EMAIL.test(folded);
  return JUNK.has(folded) || EMPTY_UUID.test(folded) || ONE_CHARACTER_REPEATED.test(value);
}
