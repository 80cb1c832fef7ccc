import type { PairStanding } from '../likeness/candidate.rules.js';
import type { AccountPair } from './alike.rules.js';
import type { ComponentDecision } from './component.rules.js';
import type { Parting } from './persons-in-making.rules.js';

/** Tells of two accounts, as it was decided, whether they are one person and whether people keep just these two apart. */
export function standingsAfter(
  { persons }: Pick<ComponentDecision, 'persons'>,
  partings: readonly Parting[],
): (pair: AccountPair) => PairStanding {
  const personOf = new Map(persons.flatMap((person) => person.map((id) => [id, person] as const)));
  const sides = partings.map(({ sides: [left, right] }) => [new Set(left), new Set(right)] as const);
  return ([a, b]) => ({
    isOnePerson: personOf.has(a) && personOf.get(a) === personOf.get(b),
    isBarred: sides.some(([left, right]) => (left.has(a) && right.has(b)) || (left.has(b) && right.has(a))),
  });
}
