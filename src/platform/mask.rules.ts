/** How a value is shown to who may not read it in clear. */
export type MaskName = 'phone' | 'email' | 'name' | 'address' | 'birthday' | 'identifier' | 'hidden';

const FILLER = '****';

function maskPhone(value: string): string {
  const national = value.startsWith('+86') ? value.slice(3) : value;
  return national.length < 8 ? FILLER : `${national.slice(0, 3)}${FILLER}${national.slice(-4)}`;
}

function maskEmail(value: string): string {
  const at = value.lastIndexOf('@');
  return at < 1 ? FILLER : `${firstCharacter(value)}***${value.slice(at)}`;
}

function firstCharacter(value: string): string {
  return String.fromCodePoint(value.codePointAt(0) ?? 42);
}

function maskAddress(value: string): string {
  const region = /^[\p{Script=Han}]{2,8}?[省市州]/u.exec(value)?.[0] ?? '';
  return `${region}${FILLER}`;
}

function maskIdentifier(value: string): string {
  return value.length < 8 ? FILLER : `${value.slice(0, 2)}${FILLER}${value.slice(-2)}`;
}

const MASKS: Record<MaskName, (value: string) => string | null> = {
  phone: maskPhone,
  email: maskEmail,
  name: (value) => (value === '' ? '' : `${firstCharacter(value)}**`),
  address: maskAddress,
  birthday: (value) => (/^\d{4}/.test(value) ? `${value.slice(0, 4)}-**-**` : '****-**-**'),
  identifier: maskIdentifier,
  hidden: () => null,
};

/**
 * The masked form of a value: a phone keeps three leading and four trailing digits (`138****1234`), an email its first
 * character and domain, a name its first character, an address its province, a birthday its year, an identifier two
 * characters at each end. What is not text, and what is marked `hidden`, shows nothing.
 */
export function maskValue(mask: MaskName, value: unknown): string | null {
  return typeof value === 'string' ? MASKS[mask](value) : null;
}
