import { type ConsentFact, type ConsentFacts, NO_CONSENTS } from './consent-fact.js';

/** How many last words, one an account, purpose, channel and partner, a profile keeps. */
const MOST_LAST_WORDS = 400;

/** The last word of one account on one matter. */
interface LastWord {
  readonly fact: ConsentFact;
  readonly accountId: string;
}

/** Whether a fact was said after another: by time; of the same moment a withdrawal is the later, then the higher id. */
export function comesAfter(a: ConsentFact, b: ConsentFact): boolean {
  if (a.at.getTime() !== b.at.getTime()) return a.at > b.at;
  return a.granted === b.granted ? a.id > b.id : !a.granted;
}

/** What a fact is about. What a guardian said stands beside what a child said, so that neither hides the other. */
function matterOf({ purpose, channel, grant, isGuarded }: ConsentFact): string {
  return JSON.stringify([purpose, channel, grant?.partner ?? null, isGuarded]);
}

function laterFirst(a: LastWord, b: LastWord): number {
  if (a.fact.id === b.fact.id) return a.accountId < b.accountId ? -1 : 1;
  return comesAfter(a.fact, b.fact) ? -1 : 1;
}

/**
 * What several profiles or accounts know of consents as one: of each account the last word on each matter, the 400 said
 * last. Any order, at once or one by one, repeated or not, gives the same.
 */
export function joinConsents(parts: readonly ConsentFacts[]): ConsentFacts {
  const [first = NO_CONSENTS, ...others] = parts.filter(({ entries, leftOut }) => entries.length > 0 || leftOut);
  if (others.length === 0) return first;
  return lastWordsOf(
    [first, ...others].flatMap(({ entries }) => entries),
    parts.some(({ leftOut }) => leftOut),
  );
}

/** The last words among facts in any order; `leftOut` where it is known that there were more. */
export function lastWordsOf(facts: readonly ConsentFact[], leftOut = false): ConsentFacts {
  const last = new Map<string, LastWord>();
  for (const fact of facts) {
    const matter = matterOf(fact);
    for (const accountId of fact.accountIds) {
      const known = last.get(accountId + matter);
      if (!known || comesAfter(fact, known.fact)) last.set(accountId + matter, { fact, accountId });
    }
  }
  const kept = [...last.values()].sort(laterFirst).slice(0, MOST_LAST_WORDS);
  const entries = new Map<string, ConsentFact & { accountIds: string[] }>();
  for (const { fact, accountId } of kept) {
    const entry = entries.get(fact.id) ?? { ...fact, accountIds: [] };
    entry.accountIds.push(accountId);
    entries.set(fact.id, entry);
  }
  return { entries: [...entries.values()], leftOut: leftOut || last.size > MOST_LAST_WORDS };
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
