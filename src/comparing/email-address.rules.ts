import { isJunkIdentifier } from '../channels/identifier.rules.js';
import { foldCode } from './folded-text.rules.js';
import { isOneEditApart, isWithinEdits } from './similarity.rules.js';

/** An email address, read: lower case, without blanks. */
export interface EmailAddress {
  readonly key: string;
  readonly local: string;
  readonly domain: string;
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
const NOBODYS = new Set<string>();

/** An address, read; undefined where there is no part on either side of `@`, or it is one that nobody has. */
export function parseEmailAddress(text: string): EmailAddress | undefined {
  const key = foldCode(text);
  const at = key.lastIndexOf('@');
  if (at < 1 || at === key.length - 1 || isJunkIdentifier('EMAIL', key, NOBODYS)) return undefined;
  const [local, domain] = [key.slice(0, at), key.slice(at + 1)];
  const isOneWord = domain.startsWith(`${local}.`);
  return isOneWord ? undefined : { key, local, domain };
}

/** How two addresses agree; `exact` before it is graded. */
export function likenessOfEmails(left: EmailAddress, right: EmailAddress): EmailLevel {
  if (left.key === right.key) return 'exact';
  if (left.local === right.local) return sameLocal(left, right);
  const isTypo = left.domain === right.domain && left.local.length > SHORTEST_TELLING_LOCAL;
  return isTypo && isOneEditApart(left.local, right.local) ? 'typo' : 'different';
}

function sameLocal(left: EmailAddress, right: EmailAddress): EmailLevel {
  if (left.local.length >= SHORTEST_TELLING_LOCAL && isWithinEdits(left.domain, right.domain, 1)) return 'domainTypo';
  return left.local.length >= SHORTEST_TELLING_LOCAL ? 'sameLocal' : 'different';
}
