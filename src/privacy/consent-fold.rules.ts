import { type ConsentFact, type ConsentFacts, NO_CONSENTS } from './consent-fact.js';
import { comesAfter, joinLastWords, lastWords } from './last-words.rules.js';

/** What a fact is about. What a guardian said stands beside what a child said, so that neither hides the other. */
function matterOf({ purpose, channel, grant, isGuarded }: ConsentFact): string {
  return JSON.stringify([purpose, channel, grant?.partner ?? null, isGuarded]);
}

/**
 * What several profiles or accounts know of consents as one: of each account the last word on each matter, the 400 said
 * last. Any order, at once or one by one, repeated or not, gives the same.
 */
export function joinConsents(parts: readonly ConsentFacts[]): ConsentFacts {
  return joinLastWords(parts, matterOf) ?? NO_CONSENTS;
}

/** The last words among facts in any order; `leftOut` where it is known that there were more. */
export function lastWordsOf(facts: readonly ConsentFact[], leftOut = false): ConsentFacts {
  return lastWords(facts, matterOf, leftOut);
}

/** Of each account the last of these facts, whatever they are about. */
export function lastByAccount(facts: readonly ConsentFact[]): Map<string, ConsentFact> {
  const last = new Map<string, ConsentFact>();
  for (const fact of facts) {
    for (const accountId of fact.accountIds) {
      const known = last.get(accountId);
      if (!known || comesAfter(fact, known)) last.set(accountId, fact);
    }
  }
  return last;
}

/**
 * What of some facts binds a person with these accounts: a withdrawal binds each account it was said of, and a grant the
 * person who has its anchor, for all the accounts it was said of.
 */
export function consentsBinding(facts: readonly ConsentFact[], isOwn: (accountId: string) => boolean): ConsentFact[] {
  return facts.flatMap((fact) => {
    if (fact.granted) return isOwn(fact.anchorId) ? [fact] : [];
    const accountIds = fact.accountIds.filter(isOwn);
    return accountIds.length > 0 ? [{ ...fact, accountIds }] : [];
  });
}
