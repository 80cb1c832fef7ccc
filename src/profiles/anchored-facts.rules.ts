import { type ConsentFacts, NO_CONSENTS } from '../privacy/consent-fact.js';
import { consentsBinding, joinConsents, lastWordsOf } from '../privacy/consent-fold.rules.js';
import {
  joinLimits,
  type LimitFacts,
  lastLimits,
  limitsBinding,
  NO_LIMITS,
} from '../privacy/processing-limit.rules.js';
import { latestManual } from './manual-trait.rules.js';
import type { ManualTrait } from './traits.entity.js';

/** Facts made by people: each kind is joined by a rule of its own, and follows the accounts it is anchored to. */
export interface AnchoredFacts {
  readonly manualTraits: readonly ManualTrait[];
  readonly consents: ConsentFacts;
  readonly limits: LimitFacts;
}

export const NO_FACTS: AnchoredFacts = Object.freeze({
  manualTraits: Object.freeze([]),
  consents: NO_CONSENTS,
  limits: NO_LIMITS,
});

/** What several profiles, or accounts, bring, as one; in any order, and repeated or not. */
export function joinFacts(parts: readonly AnchoredFacts[]): AnchoredFacts {
  return {
    manualTraits: latestManual(parts.flatMap(({ manualTraits }) => manualTraits)),
    consents: joinConsents(parts.map(({ consents }) => consents)),
    limits: joinLimits(parts.map(({ limits }) => limits)),
  };
}

/** Those facts that belong to a person with these accounts. */
export function factsOfAccounts(facts: AnchoredFacts, accountIds: ReadonlySet<string>): AnchoredFacts {
  const isOwn = (accountId: string) => accountIds.has(accountId);
  const consents = consentsBinding(facts.consents.entries, isOwn);
  const limits = limitsBinding(facts.limits.entries, isOwn);
  return {
    manualTraits: facts.manualTraits.filter(({ accountId }) => isOwn(accountId)),
    consents: lastWordsOf(consents, facts.consents.leftOut && consents.length > 0),
    limits: lastLimits(limits, facts.limits.leftOut && limits.length > 0),
  };
}

/** The accounts that facts of a profile are anchored to. */
export function anchorsOf({ manualTraits, consents, limits }: AnchoredFacts): string[] {
  return [
    ...manualTraits.map(({ accountId }) => accountId),
    ...consents.entries.flatMap(({ granted, anchorId, accountIds }) => (granted ? [anchorId] : accountIds)),
    ...limits.entries.flatMap(({ accountIds }) => accountIds),
  ];
}
