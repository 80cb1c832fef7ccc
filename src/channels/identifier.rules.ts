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
  /^(?:(?:test|null|none|noreply|no-reply|admin|guest|example|a|aa|aaa|abc|123)@|[^@]+@(?:test\.|localhost\b|invalid\b))/;
const ONE_CHARACTER_REPEATED = /^(.)\1*$/u;
const EMPTY_UUID = /^[0-]+$/;

/** Whether a normalised value identifies nobody and so may link nobody; `blocked` are the tenant's own such values. */
export function isJunkIdentifier(
  type: IdentifierType | `${IdentifierType}`,
  value: string,
  blocked: readonly string[],
): boolean {
  const folded = value.toLowerCase();
  if (blocked.includes(value) || blocked.includes(folded)) return true;
  if (type === 'PHONE') return EXAMPLE_PHONES.has(value);
  if (type === 'EMAIL') return JUNK_EMAIL.test(folded);
  return JUNK.has(folded) || EMPTY_UUID.test(folded) || (value.length > 1 && ONE_CHARACTER_REPEATED.test(value));
}
