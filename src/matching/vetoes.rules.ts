import { COMPARISONS } from './comparisons.rules.js';
import type { FieldKind, MatchSchema } from './match-schema.js';

/** Whether levels, the best one a field (0 where not comparable), rule out that two are one person. */
export type Veto = (levels: ArrayLike<number>) => boolean;

const CONTRADICTING_NAMES = ['sharedCharacter', 'sameFamily', 'different'];

/**
 * What no weight makes good, where the whole name is one field (given and family names of their own are too often
 * swapped or mistyped both): another name together with another birthday, or with another identifier of which a person has
 * one; and twins, who share birthday, home and family name: another given name, unless an identifier is theirs alone.
 */
export function vetoOf(schema: MatchSchema): Veto {
  const otherName = placesOf(schema, ['personName'], CONTRADICTING_NAMES);
  const otherBirthday = placesOf(schema, ['birthday'], ['different']);
  const sameBirthday = placesOf(schema, ['birthday'], ['exact']);
  const unlikeGiven = placesOf(schema, ['personName'], ['sharedCharacter', 'sameFamily']);
  const otherOnly = onlyIdentifiers(schema);
  const own = placesOf(schema, ['identifier', 'phone', 'email'], ['exact']);
  return (levels) => {
    if (!holds(otherName, levels)) return false;
    if (holds(otherBirthday, levels) || holds(otherOnly, levels)) return true;
    return holds(sameBirthday, levels) && holds(unlikeGiven, levels) && !holds(own, levels);
  };
}

/** By field, which levels count. */
type Places = readonly (readonly boolean[])[];

function holds(places: Places, levels: ArrayLike<number>): boolean {
  return places.some((counts, field) => counts[levels[field] ?? 0] === true);
}

function placesOf(schema: MatchSchema, kinds: readonly FieldKind[], levels: readonly string[]): Places {
  return schema.fields.map(({ kind }) => (kinds.includes(kind) ? counting(kind, levels) : []));
}

function counting(kind: FieldKind, levels: readonly string[]): boolean[] {
  return [false, ...COMPARISONS[kind].levels.map((level) => levels.includes(level))];
}

function onlyIdentifiers(schema: MatchSchema): Places {
  return schema.fields.map(({ kind, isMany }) =>
    kind === 'identifier' && !isMany ? counting(kind, ['different']) : [],
  );
}
