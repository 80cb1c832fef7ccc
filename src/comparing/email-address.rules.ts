import { isJunkIdentifier } from '../channels/identifier.rules.js';
import { foldCode } from './folded-text.rules.js';
import { isOneEditApart } from './similarity.rules.js';

/** An email address, read: lower case, without blanks. */
export interface EmailAddress {
  readonly key: string;
  /** Where its `@` stands. */
  readonly at: number;
}

/** How two addresses agree, from best to worst; `exact` has grades by how many people hold it. */
export const EMAIL_LEVELS = [
  'exact',
  'exactShared',
  'exactCrowd',
  'domainTypo',
  'typo',
  'sameLocal',
  'different',
] as const;

export type EmailLevel = (typeof EMAIL_LEVELS)[number];

const SHORTEST_TELLING_LOCAL = 5;

/** An address, read; undefined where there is no part on either side of `@`, or it is one that nobody has. */
export function parseEmailAddress(text: string): EmailAddress | undefined {
  const key = foldCode(text);
  const at = key.lastIndexOf('@');
  if (at < 1 || at === key.length - 1 || isJunkIdentifier('EMAIL', key)) return undefined;
  const [local, domain] = [key.slice(0, at), key.slice(at + 1)];
  const isOneWord = domain.startsWith(`${local}.`);
  return isOneWord ? undefined : { key, at };
}

/** The part before `@`. */
export function localPart({ key, at }: EmailAddress): string {
  return key.slice(0, at);
}

/** How two addresses agree; `exact` before it is graded. */
export function likenessOfEmails(left: EmailAddress, right: EmailAddress): EmailLevel {
  if (left.key === right.key) return 'exact';
  if (left.at === right.at && localPart(left) === localPart(right)) return sameLocal(left, right);
  const isSameDomain = left.key.endsWith(right.key.slice(right.at));
  return isSameDomain && left.at > SHORTEST_TELLING_LOCAL && isOneEditApart(left.key, right.key) ? 'typo' : 'different';
}

function sameLocal(left: EmailAddress, right: EmailAddress): EmailLevel {
  if (left.at < SHORTEST_TELLING_LOCAL) return 'different';
  return isOneEditApart(left.key, right.key) ? 'domainTypo' : 'sameLocal';
}
