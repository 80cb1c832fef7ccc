const EMAIL = /[^\s@"'<>]+@[^\s@"'<>]+\.[a-z]{2,}/i;
const PHONE = /(?<![\w.])(?:\+|(?:\+?86[- ]?)?1[3-9]\d)[\d -]{8,12}(?![\w.])/;

/**
 * Whether a value, or text anywhere inside it, holds an email address or what looks like a phone number: such values
 * are treated as CORE wherever they turn up, since clients put them into fields of any name.
 */
export function holdsPersonalData(value: unknown): boolean {
  if (typeof value === 'number') return PHONE.test(String(value));
  if (typeof value === 'string') return EMAIL.test(value) || PHONE.test(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.values(value).some(holdsPersonalData);
}
