/** Every repetition is bounded, so that a long text takes time in its length alone. */
const EMAIL = /[^\s@"'<>]{1,64}@[^\s@"'<>]{1,190}\.\p{L}{2,}/u;
const BRACKETED_PHONE = /\(\d{2,4}\) ?\d{3,4}[- ]?\d{4}/;
/** Of text without separators: mainland mobiles and landlines, numbers with a country code, identity card numbers. */
const NUMBERS = [
  /(?<!\d)(?:(?:00|\+)?86)?1[3-9]\d{9}(?!\d)/,
  /(?<!\d)0[1-9]\d{1,2}[2-8]\d{6,7}(?!\d)/,
  /\+[1-9]\d{7,14}(?!\d)/,
  /(?<!\d)[1-9]\d{16}[\dXx](?!\d)/,
];
const SEPARATORS = /[\s.\-()（）·]/g;
const FULL_WIDTH = /[\uff0b\uff10-\uff19]/g;
const ANY_DIGIT = /[\d\uff10-\uff19]/;
const FULL_WIDTH_OFFSET = 0xfee0;
const FEWEST_CHARACTERS = 7;
const FEWEST_DIGITS = /\d(?:\D{0,3}\d){6}/;

function halfWidth(character: string): string {
  return String.fromCharCode(character.charCodeAt(0) - FULL_WIDTH_OFFSET);
}

function holdsNumber(text: string): boolean {
  if (text.length < FEWEST_CHARACTERS || !ANY_DIGIT.test(text)) return false;
  const plain = text.replace(FULL_WIDTH, halfWidth);
  if (!FEWEST_DIGITS.test(plain)) return false;
  const joined = plain.replace(SEPARATORS, '');
  return BRACKETED_PHONE.test(plain) || NUMBERS.some((pattern) => pattern.test(joined));
}

function textHolds(text: string): boolean {
  return (text.includes('@') && EMAIL.test(text)) || holdsNumber(text);
}

/**
 * Whether a value, or text anywhere inside it, holds an email address or what looks like a phone or an identity card
 * number: such values are treated as CORE wherever they turn up, since clients put them into fields of any name.
 */
export function holdsPersonalData(value: unknown): boolean {
  if (typeof value === 'number') return textHolds(String(value));
  if (typeof value === 'string') return textHolds(value);
  if (typeof value !== 'object' || value === null || value instanceof Date) return false;
  return Object.values(value).some(holdsPersonalData);
}
