import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bucketOf, identifierRulesOf } from '../../src/channels/identifier-limits.rules.js';
import { type Component, type ComponentDecision, decideComponent } from '../../src/identities/component.rules.js';
import { conflictOf } from '../../src/identities/person-evidence.rules.js';
import type { EvidentAccount } from '../../src/identities/persons-in-making.rules.js';
import { account, alike, componentOf, held } from '../support/evident-accounts.js';
import { runs } from '../support/stitching-scripts.js';

const RULES = identifierRulesOf({ EMAIL: { most: 2 }, DEVICE_ID: { most: 1 } });
const IDS = ['a', 'b', 'c', 'd', 'e', 'f'];

const identifier = fc
  .record({
    type: fc.constantFrom('USER_ID', 'PHONE', 'EMAIL', 'DEVICE_ID'),
    value: fc.constantFrom('1', '2', '3'),
    from: fc.constantFrom(0, 3, 8),
    days: fc.constantFrom(0, 2, 40),
  })
  .map(({ type, value, from, days }) => held(type as 'PHONE', value, from, from + days));

const said = fc.record(
  { name: fc.constantFrom('王伟', '王强', '李伟'), birthday: fc.constantFrom('1985-03-12', '1992-07-25') },
  { requiredKeys: [] },
);

const accounts = fc
  .array(fc.tuple(fc.uniqueArray(identifier, { maxLength: 4, selector: ({ key }) => key }), said), {
    minLength: 2,
    maxLength: IDS.length,
  })
  .map((all) => all.map(([identifiers, saying], n) => account(IDS[n] ?? '', identifiers, saying)));

const pair = fc
  .uniqueArray(fc.constantFrom(...IDS), { minLength: 2, maxLength: 2 })
  .map((ids) => [...ids].sort() as [string, string]);

const component = fc
  .record({
    accounts,
    shared: fc.option(fc.constantFrom('PHONE 1', 'EMAIL 2'), { nil: undefined }),
    merges: fc.array(pair, { maxLength: 2 }),
    partings: fc.array(pair, { maxLength: 2 }),
    likenesses: fc.array(fc.tuple(pair, fc.integer({ min: 1, max: 20 })), { maxLength: 2 }),
  })
  .map(
    (given): Component =>
      componentOf(given.accounts, {
        shared: new Map(given.shared ? [[given.shared, 'a']] : []),
        merges: given.merges,
        partings: given.partings.map(([a, b], n) => ({ id: `p${n}`, sides: [[a], [b]] as const })),
        alike: alike(given.likenesses.map(([accountIds, weight]) => ({ accountIds, weight, model: 1 }))),
      }),
  );

/** The persons of a decision, as accounts. */
function personsOf({ accounts: all }: Component, { persons }: ComponentDecision): EvidentAccount[][] {
  return persons.map((ids) => all.filter(({ id }) => ids.includes(id)));
}

/** What an account holds that may link it: of too many of a type, those first seen. */
function linkingOf({ held: all }: EvidentAccount, unlinked: ReadonlySet<string>): EvidentAccount['held'] {
  const open = all.filter(({ key }) => !unlinked.has(key));
  const place = ({ type, from }: (typeof open)[0]) => `${type} ${bucketOf(RULES[type].per, from)}`;
  const isBefore = (a: (typeof open)[0], b: (typeof open)[0]) =>
    +a.from < +b.from || (+a.from === +b.from && a.key < b.key);
  return open.filter((one) => {
    const before = open.filter((other) => place(other) === place(one) && isBefore(other, one)).length;
    return before < (RULES[one.type].most ?? Number.POSITIVE_INFINITY);
  });
}

/** The values of a person that link, by what they count under. */
function counted(person: readonly EvidentAccount[], unlinked: ReadonlySet<string>): Map<string, Set<string>> {
  const counts = new Map<string, Set<string>>();
  for (const { key, type, from } of person.flatMap((one) => linkingOf(one, unlinked))) {
    const place = `${type} ${bucketOf(RULES[type].per, from)}`;
    counts.set(place, new Set([...(counts.get(place) ?? []), key]));
  }
  return counts;
}

function isOverLimit(person: readonly EvidentAccount[], unlinked: ReadonlySet<string>): boolean {
  return [...counted(person, unlinked)].some(([place, keys]) => {
    const { most } = RULES[place.split(' ')[0] as 'PHONE'];
    return most !== null && keys.size > most;
  });
}

const hasConflict = (person: readonly EvidentAccount[]) =>
  person.some((a) => person.some((b) => conflictOf(a.person, b.person) !== undefined));

describe('whatever is known of accounts', () => {
  test('the order in which it is given does not matter', () => {
    fc.assert(
      fc.property(component, fc.infiniteStream(fc.nat()), (given, order) => {
        const shuffled = <T>(items: readonly T[]): T[] =>
          items
            .map((item) => [order.next().value, item] as const)
            .sort(([a], [b]) => a - b)
            .map(([, item]) => item);
        const decision = decideComponent(given, RULES);
        const other = decideComponent(
          {
            ...given,
            accounts: shuffled(given.accounts.map((one) => ({ ...one, held: shuffled(one.held) }))),
            merges: shuffled(given.merges),
            partings: shuffled(given.partings),
            alike: alike(shuffled(given.alike?.pairs ?? [])),
          },
          RULES,
        );
        const text = ({ edges }: ComponentDecision) => edges.map((edge) => JSON.stringify(edge)).sort();
        expect([other.persons, text(other), [...other.unlinked].sort()]).toEqual([
          decision.persons,
          text(decision),
          [...decision.unlinked].sort(),
        ]);
      }),
      runs(500),
    );
  });

  test('no person holds what was parted; limits and conflicts are broken by people alone', () => {
    fc.assert(
      fc.property(component, (given) => {
        const decision = decideComponent(given, RULES);
        const persons = personsOf(given, decision).map((person) => ({
          person,
          ids: new Set(person.map(({ id }) => id)),
        }));
        const isParted = (ids: ReadonlySet<string>) =>
          given.partings.some(({ sides }) => sides.every(([id]) => ids.has(id ?? '')));
        const isMerged = (ids: ReadonlySet<string>) => given.merges.some((pair) => pair.every((id) => ids.has(id)));
        expect(persons.filter(({ ids }) => isParted(ids))).toEqual([]);
        const automatic = persons.filter(({ ids }) => !isMerged(ids));
        expect(automatic.filter(({ person }) => isOverLimit(person, decision.unlinked) || hasConflict(person))).toEqual(
          [],
        );
      }),
      runs(500),
    );
  });

  test('two persons who share what links are kept apart by something; one person is held together by edges', () => {
    fc.assert(
      fc.property(component, (given) => {
        const decision = decideComponent(given, RULES);
        const { edges, persons } = decision;
        for (const [place, refused] of sharedApart(given, decision)) expect(refused).toBe(place);
        const bonds = [
          ...given.merges,
          ...edges.filter(({ kind }) => kind !== 'REFUSED').map((edge) => edge.accountIds),
        ];
        for (const ids of persons) expect(reachedFrom(ids[0] ?? '', ids, bonds)).toEqual([...ids]);
      }),
      runs(500),
    );
  });
});

/** Each value that links and that two persons hold, with the two, and for which such places there are refusals. */
function sharedApart({ accounts: all }: Component, { edges, persons, unlinked }: ComponentDecision) {
  const personOf = (id: string) => persons.findIndex((ids) => ids.includes(id));
  const placeOf = (key: string | null, ids: readonly string[]) => [key, ...ids.map(personOf).sort()].join();
  const refused = new Set(
    edges.filter(({ kind }) => kind === 'REFUSED').map(({ key, accountIds }) => placeOf(key, accountIds)),
  );
  const shared = all.flatMap((a) =>
    all.flatMap((b) => {
      if (personOf(a.id) >= personOf(b.id)) return [];
      const [own, others] = [a, b].map((one) => linkingOf(one, unlinked).map(({ key }) => key));
      return (own ?? []).filter((key) => others?.includes(key)).map((key) => placeOf(key, [a.id, b.id]));
    }),
  );
  return shared.map((place) => [place, refused.has(place) ? place : 'not refused'] as const);
}

/** The accounts of a person that bonds lead to from one of them. */
function reachedFrom(first: string, ids: readonly string[], bonds: readonly (readonly [string, string])[]): string[] {
  const inside = bonds.filter((bond) => bond.every((id) => ids.includes(id)));
  const reached = new Set([first]);
  for (let before = 0; before < reached.size; ) {
    before = reached.size;
    const touching = inside.filter((bond) => bond.some((id) => reached.has(id)));
    for (const id of touching.flat()) reached.add(id);
  }
  return [...reached].sort();
}
