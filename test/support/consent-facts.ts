import type { ConsentFact, ConsentFacts } from '../../src/privacy/consent-fact.js';
import { lastWordsOf } from '../../src/privacy/consent-fold.rules.js';
import { ConsentPurpose } from '../../src/privacy/consent-purpose.js';

/** Noon of the n-th day of a test. */
export function day(n: number): Date {
  return new Date(Date.UTC(2026, 2, 1 + n, 12));
}

let made = 0;

/** Something that was said of account `a` at day 1, with what matters to a test; a grant of MARKETING for all channels. */
export function said(given: Partial<ConsentFact> = {}): ConsentFact {
  made += 1;
  const [anchorId = 'a'] = given.accountIds ?? ['a'];
  return {
    id: `con_${String(made).padStart(4, '0')}`,
    purpose: ConsentPurpose.MARKETING,
    granted: true,
    channel: null,
    policyVersion: '1',
    at: day(1),
    expiresAt: null,
    isGuarded: false,
    grant: null,
    anchorId,
    accountIds: [anchorId],
    ...given,
  };
}

/** A withdrawal. */
export function withdrawn(given: Partial<ConsentFact> = {}): ConsentFact {
  return said({ granted: false, ...given });
}

/** Facts as a profile keeps them. */
export function kept(...facts: ConsentFact[]): ConsentFacts {
  return lastWordsOf(facts);
}
