import type { IdentifierRules } from '../channels/identifier-limits.rules.js';
import { dayNumberOf } from '../platform/dates.rules.js';
import { groupBy } from '../platform/group-by.rules.js';
import { type AccountPair, type AlikeEvidence, joinAlike, type Likeness } from './alike.rules.js';
import { agreementOf } from './person-evidence.rules.js';
import {
  countedTogether,
  type EvidentAccount,
  type HeldIdentifier,
  type Parting,
  PersonsInMaking,
  type Refusal,
} from './persons-in-making.rules.js';

/** All that is known of accounts that evidence connects, however far: what the decision is a function of. */
export interface Component {
  readonly accounts: readonly EvidentAccount[];
  /** Values that too many people hold, each with the lowest account that holds it. */
  readonly shared: ReadonlyMap<string, string>;
  /** Accounts that a person made one. */
  readonly merges: readonly AccountPair[];
  readonly partings: readonly Parting[];
  /** Undefined where none are alike. */
  readonly alike?: AlikeEvidence | undefined;
}

/** Why two accounts are one person, or are not although they share something. */
export interface DecidedEdge {
  readonly accountIds: AccountPair;
  readonly kind: 'IDENTIFIER' | 'PROBABILISTIC' | 'REFUSED';
  readonly rule: string;
  readonly reason: Refusal | 'SHARED_BY_TOO_MANY' | null;
  readonly weight: number | null;
  /** The blinded identifier, where that is the evidence. */
  readonly key: string | null;
  /** The version of the model, where likeness is the evidence. */
  readonly model: number | null;
}

/** Which accounts are one person each, and why. */
export interface ComponentDecision {
  /** Sorted account ids by person; each account of the component is in one. */
  readonly persons: readonly (readonly string[])[];
  readonly edges: readonly DecidedEdge[];
  /** Blinded identifiers that link nothing: too many hold them, an account holds too many of their type, or they are blocked. */
  readonly unlinked: ReadonlySet<string>;
}

/** A link that may be: two accounts and what they share. */
interface Possible {
  readonly pair: AccountPair;
  readonly identifier: HeldIdentifier | undefined;
  /** What is tried first, compared from the left; the higher goes first. */
  readonly order: readonly number[];
  readonly weight: number | null;
  readonly model: number | null;
}

/**
 * Decides which accounts of a component are one person: a pure function of all its evidence, so the order in which it
 * arrived can't matter. What a person joined comes first; then shared identifiers by rank of their type, agreement on name
 * and birthday, and nearness in time; then likeness, of whole groups. A link that a parting, a conflict or a limit forbids
 * is refused, which leaves the component in several parts (Kruskal's algorithm for the heaviest spanning forest, under
 * constraints that grow with the parts, so that what is refused once stays so).
 */
export function decideComponent(component: Component, rules: IdentifierRules): ComponentDecision {
  const { shared, merges, partings, alike } = component;
  const bounded = component.accounts.map((account) => withinLimits(account, shared, rules));
  const accounts = bounded.map(({ account }) => account);
  const persons = new PersonsInMaking(accounts, partings, rules);
  for (const [a, b] of [...merges].sort(byText)) persons.join(a, b, true);
  const refused = new Map<Possible, Refusal>();
  const possible = identifierLinks(accounts, rules).sort(strongestFirst);
  for (const link of possible) {
    const refusal = persons.join(...link.pair);
    if (refusal) refused.set(link, refusal);
  }
  const joins = alike && alike.pairs.length > 0 ? joinAlike(persons, alike) : { made: [], refused: new Map() };
  for (const [pair, refusal] of joins.refused) refused.set(likelyLink(pair), refusal);
  const held = possible.filter(({ pair }) => persons.areOne(...pair));
  return {
    persons: persons.persons,
    edges: [
      ...[...thinned(held), ...joins.made.map(likelyLink)].map(toEdge),
      ...refusals(refused, persons),
      ...sharedEdges(component),
    ],
    unlinked: unlinkedIn(component, bounded),
  };
}

/** What links nobody: shared or barred values, and those that every holder has beyond its limits. */
function unlinkedIn({ shared }: Component, bounded: readonly ReturnType<typeof withinLimits>[]): Set<string> {
  const linking = new Set(bounded.flatMap(({ account }) => account.held.map(({ key }) => key)));
  const beyond = bounded.flatMap((one) => one.beyond).filter((key) => !linking.has(key));
  return new Set([...shared.keys(), ...beyond, ...bounded.flatMap(({ account }) => account.barred ?? [])]);
}

/** An account with those of its values that may link; of a type it holds too many of, those of the first days, ties by key. */
function withinLimits(account: EvidentAccount, shared: Component['shared'], rules: IdentifierRules) {
  const open = account.held.filter(({ key }) => !shared.has(key));
  const counted = countedTogether(open, rules).map(({ values, most }) => ({
    most,
    values: [...values].sort(firstSeenFirst),
  }));
  const held = counted.flatMap(({ values, most }) => values.slice(0, most));
  const keys = new Set(held.map(({ key }) => key));
  return {
    account: { ...account, held, stored: account.stored?.filter(({ key }) => keys.has(key)) ?? [] },
    beyond: counted.flatMap(({ values, most }) => values.slice(most).map(({ key }) => key)),
  };
}

function firstSeenFirst(a: HeldIdentifier, b: HeldIdentifier): number {
  return dayNumberOf(a.from) - dayNumberOf(b.from) || (a.key < b.key ? -1 : 1);
}

function identifierLinks(accounts: readonly EvidentAccount[], rules: IdentifierRules): Possible[] {
  const holdings = accounts.flatMap((account) => account.held.map((identifier) => ({ account, identifier })));
  return [...groupBy(holdings, ({ identifier }) => identifier.key).values()].flatMap((holders) =>
    holders.flatMap((a, at) =>
      holders.slice(at + 1).map((b): Possible => {
        const { rank } = rules[a.identifier.type];
        const order = [rank, agreementOf(a.account.person, b.account.person), -daysBetween(a.identifier, b.identifier)];
        return { pair: pairOf(a.account.id, b.account.id), identifier: a.identifier, order, weight: null, model: null };
      }),
    ),
  );
}

function likelyLink({ accountIds, weight, model }: Likeness): Possible {
  return { pair: accountIds, identifier: undefined, order: [], weight, model };
}

/** From the last day of the one account with a value to the first of the other. Claims know days alone. */
function daysBetween(a: HeldIdentifier, b: HeldIdentifier): number {
  const first = Math.max(dayNumberOf(a.from), dayNumberOf(b.from));
  return Math.max(0, first - Math.min(dayNumberOf(a.to), dayNumberOf(b.to)));
}

function strongestFirst(a: Possible, b: Possible): number {
  for (const [at, order] of a.order.entries()) {
    const difference = (b.order[at] ?? 0) - order;
    if (difference !== 0) return difference;
  }
  const [textA, textB] = [a, b].map(({ identifier, pair }) => [identifier?.key ?? '', ...pair].join());
  return (textA ?? '') < (textB ?? '') ? -1 : 1;
}

/** Of the links by one value within a person, those to its lowest holder: n holders need n - 1. */
function thinned(held: readonly Possible[]): Possible[] {
  const byKey = groupBy(held, ({ identifier, pair }) => identifier?.key ?? pair.join());
  return [...byKey.values()].flatMap((links) => {
    const lowest = new Map<string, Possible>();
    for (const link of links) {
      const known = lowest.get(link.pair[1]);
      if (!known || link.pair[0] < known.pair[0]) lowest.set(link.pair[1], link);
    }
    return [...lowest.values()];
  });
}

/** One refusal for a value and two persons, the one of the strongest link. */
function refusals(refused: ReadonlyMap<Possible, Refusal>, persons: PersonsInMaking): DecidedEdge[] {
  const lowest = new Map(persons.persons.flatMap((person) => person.map((id) => [id, person[0] ?? id] as const)));
  const first = new Map<string, DecidedEdge>();
  for (const [link, reason] of refused) {
    const place = [link.identifier?.key ?? '', ...link.pair.map((id) => lowest.get(id)).sort()].join();
    if (!first.has(place)) first.set(place, { ...toEdge(link), kind: 'REFUSED', reason });
  }
  return [...first.values()];
}

function sharedEdges({ accounts, shared }: Component): DecidedEdge[] {
  return accounts.flatMap(({ id, held }) =>
    held.flatMap(({ key, type }) => {
      const lowest = shared.get(key);
      if (lowest === undefined || lowest === id) return [];
      return [sharedEdge(id, lowest, type, key)];
    }),
  );
}

/** That two accounts are not linked by a value, since too many people hold it. */
export function sharedEdge(a: string, b: string, rule: string, key: string): DecidedEdge {
  return {
    accountIds: pairOf(a, b),
    kind: 'REFUSED',
    rule,
    reason: 'SHARED_BY_TOO_MANY',
    weight: null,
    key,
    model: null,
  };
}

function toEdge({ pair, identifier, weight, model }: Possible): DecidedEdge {
  const kind = identifier ? ('IDENTIFIER' as const) : ('PROBABILISTIC' as const);
  const rule = identifier?.type ?? 'LIKENESS';
  return { accountIds: pair, kind, rule, reason: null, weight, key: identifier?.key ?? null, model };
}

/** Two accounts as a pair. */
export function pairOf(a: string, b: string): AccountPair {
  return a < b ? [a, b] : [b, a];
}

function byText(a: AccountPair, b: AccountPair): number {
  return a.join() < b.join() ? -1 : 1;
}
