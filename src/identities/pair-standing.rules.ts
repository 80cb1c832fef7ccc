import type { PairStanding } from '../likeness/candidate.rules.js';
import type { AccountPair } from './alike.rules.js';
import type { ComponentDecision } from './component.rules.js';
import type { Parting } from './persons-in-making.rules.js';

/** Tells of two accounts, as it was decided, whether they are one person, and whether people keep apart whose they are. */
export function standingsAfter(
  { persons }: Pick<ComponentDecision, 'persons'>,
  partings: readonly Parting[],
): (pair: AccountPair) => PairStanding {
  const personOf = new Map(persons.flatMap((person) => person.map((id) => [id, person] as const)));
  const whose = (id: string) => personOf.get(id) ?? id;
  const sides = partings.map(
    ({ sides: [left, right] }) => [new Set(left.map(whose)), new Set(right.map(whose))] as const,
  );
  return (pair) => {
    const [a, b] = [whose(pair[0]), whose(pair[1])];
    const isBarred = sides.some(([left, right]) => (left.has(a) && right.has(b)) || (left.has(b) && right.has(a)));
    return { isOnePerson: a === b, isBarred };
  };
}
