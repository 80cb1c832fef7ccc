import { isJunkIdentifier } from '../channels/identifier.rules.js';
import { fitsMask, isOneEditApart } from './similarity.rules.js';

/** A telephone number, read: digits without the country code of China, `*` for a hidden one. */
export interface PhoneNumber {
  readonly key: string;
  readonly isMasked: boolean;
}

/** How two numbers agree, from best to worst; `exact` has grades by how many people hold it. */
export const PHONE_LEVELS = ['exact', 'exactShared', 'exactCrowd', 'masked', 'typo', 'different'] as const;

export type PhoneLevel = (typeof PHONE_LEVELS)[number];

const SHORTEST = 7;
const CHINA = /^(?:\+|00)?86(?=1[\d*]{9,10}$)/;
const RISING = '01234567890123456789';

/** A number, read; undefined where there are fewer than seven digits or it is one that nobody has. */
export function parsePhoneNumber(text: string): PhoneNumber | undefined {
  const digits = text
    .normalize('NFKC')
    .replace(/[^\d*+]/g, '')
    .replace(CHINA, '')
    .replace(/^\+|^00/, '');
  const visible = digits.replaceAll('*', '');
  if (visible.length < SHORTEST || digits.includes('+')) return undefined;
  const isMasked = digits.length > visible.length;
  return !isMasked && isNobodys(digits) ? undefined : { key: digits, isMasked };
}

function isNobodys(digits: string): boolean {
  return isJunkIdentifier('PHONE', `+86${digits}`) || RISING.includes(digits) || new Set(digits).size < 3;
}

/** How two numbers agree; `exact` before it is graded. */
export function likenessOfPhones(left: PhoneNumber, right: PhoneNumber): PhoneLevel {
  if (left.isMasked || right.isMasked) return fitsMask(left.key, right.key) ? 'masked' : 'different';
  if (left.key === right.key) return 'exact';
  return isOneEditApart(left.key, right.key) ? 'typo' : 'different';
}
