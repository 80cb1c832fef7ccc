import { keyOf, PLATFORM } from '../platform/ids.js';
import { type AuditFact, isFact } from './audit-chain.rules.js';

/** An item of the inbox: facts of a tenant that were told at a time. */
export interface ToldFacts {
  readonly key: string;
  readonly facts: readonly AuditFact[];
}

/** A fact, and what it came by: `ULID#number` of the item. */
export interface OwnFact {
  readonly fact: AuditFact;
  readonly origin: string;
}

const MOST_SUBJECTS = 1_000;
const ORIGIN = /^([0-9A-HJKMNP-TV-Z]{26})#(\d{1,6})$/;

/** The facts of an item, each with its origin; from the `first` on. */
export function ownFacts({ key, facts }: ToldFacts, first = 0): OwnFact[] {
  const item = key.slice(key.lastIndexOf(':') + 1);
  return facts.slice(first).map((fact, n) => ({ fact, origin: `${item}#${first + n}` }));
}

/** The facts of an item behind the one of an origin. */
export function restOf(told: ToldFacts, origin: string): OwnFact[] {
  const [, , number = '0'] = ORIGIN.exec(origin) ?? [];
  return ownFacts(told, Number(number) + 1);
}

/** The key in the inbox of the item that an origin names; none where it names none. */
export function keyOfOrigin(tenantId: string, origin: string): string[] {
  const [, item] = ORIGIN.exec(origin) ?? [];
  return item === undefined ? [] : [keyOf(PLATFORM, `${tenantId}:${item}`)];
}

/** The first items that together have at most so many facts; one at least. */
export function pieceOf<T extends ToldFacts>(told: readonly T[], most: number): readonly T[] {
  let sum = 0;
  const end = told.findIndex(({ facts }) => {
    sum += facts.length;
    return sum > most;
  });
  return end < 0 ? told : told.slice(0, Math.max(1, end));
}

/** All that a fact was done to: its subject, and the ids in its details. */
export function subjectsOf({ subject, details }: Pick<AuditFact, 'subject' | 'details'>): string[] {
  const { ids } = details;
  const more = Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string') : [];
  return [...new Set([...(subject === null ? [] : [subject]), ...more])].slice(0, MOST_SUBJECTS);
}

/** The facts of an item's text; of one that somebody spoilt, a single fact that says so, so that it holds up nobody and is not passed over. */
export function readFacts(text: string): readonly AuditFact[] {
  try {
    const facts: unknown = JSON.parse(text);
    if (Array.isArray(facts) && facts.length > 0 && facts.every(isFact)) return facts;
  } catch {} // told below
  return [SPOILT];
}

const SPOILT: AuditFact = {
  at: new Date(0).toISOString(),
  actor: 'system',
  action: 'spoiltInboxItem',
  subject: null,
  outcome: 'INTERNAL_SERVER_ERROR',
  details: {},
};
