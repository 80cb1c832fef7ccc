import { type ConsentFacts, NO_CONSENTS } from '../privacy/consent-fact.js';
import { consentsBinding, joinConsents, lastWordsOf } from '../privacy/consent-fold.rules.js';
import { latestManual } from './manual-trait.rules.js';
import type { ManualTrait } from './traits.entity.js';

/** Facts made by people: each kind is joined by a rule of its own, and follows the accounts it is anchored to. */
export interface AnchoredFacts {
  readonly manualTraits: readonly ManualTrait[];
  readonly consents: ConsentFacts;
}

export const NO_FACTS: AnchoredFacts = Object.freeze({ manualTraits: Object.freeze([]), consents: NO_CONSENTS });

/** What several profiles, or accounts, bring, as one; in any order, and repeated or not. */
export function joinFacts(parts: readonly AnchoredFacts[]): AnchoredFacts {
  return {
    manualTraits: latestManual(parts.flatMap(({ manualTraits }) => manualTraits)),
    consents: joinConsents(parts.map(({ consents }) => consents)),
  };
}

/** Those facts that belong to a person with these accounts. */
export function factsOfAccounts(facts: AnchoredFacts, accountIds: ReadonlySet<string>): AnchoredFacts {
  const isOwn = (accountId: string) => accountIds.has(accountId);
  const consents = consentsBinding(facts.consents.entries, isOwn);
  return {
    manualTraits: facts.manualTraits.filter(({ accountId }) => isOwn(accountId)),
    consents: lastWordsOf(consents, facts.consents.leftOut && consents.length > 0),
  };
}

/** The accounts that facts of a profile are anchored to. */
export function anchorsOf({ manualTraits, consents }: AnchoredFacts): string[] {
  return [
    ...manualTraits.map(({ accountId }) => accountId),
    ...consents.entries.flatMap(({ granted, anchorId, accountIds }) => (granted ? [anchorId] : accountIds)),
  ];
}
