import { COMPARISONS, type HolderGrade, type ReadValue } from './comparisons.rules.js';
import { againstAllElse, priorsOf, probabilityOf } from './level-weights.js';
import type { FieldModel, MatchModel } from './match-model.js';
import type { MatchField, MatchSchema } from './match-schema.js';
import type { PreparedRecord } from './prepared-record.rules.js';
import { bitsOfValue } from './term-frequencies.rules.js';
import { vetoOf } from './vetoes.rules.js';

/** How many people hold an identifying value of a field. */
export type GradeOf = (field: MatchField, value: ReadValue) => HolderGrade;

/** How far one thing compared speaks for a match, in bits. */
export interface ComparedField {
  readonly field: string;
  readonly level: string;
  readonly weight: number;
}

/** Why two records may be one person: the prior plus one weight a comparison, in bits. */
export interface PairExplanation {
  readonly probability: number;
  readonly matchWeight: number;
  readonly priorWeight: number;
  readonly comparisons: readonly ComparedField[];
}

/** The comparison that takes back what two people who share a home agree at anyway. */
export const HOUSEHOLD = 'household';

/** The comparison that rules out that two are one person, and its weight: less than anything else adds up to. */
const CONTRADICTION = 'contradiction';
const RULED_OUT = -1_000;

/** The record without the values that, by the model, stand for `not known`. */
export function withoutDefaults(record: PreparedRecord, model: MatchModel): PreparedRecord {
  return record.map((value, at) => (value && model.fields[at]?.defaults.includes(value.key) ? undefined : value));
}

/** The level of each field, null where the records aren't comparable in it. */
export function compareRecords(
  schema: MatchSchema,
  left: PreparedRecord,
  right: PreparedRecord,
  gradeOf: GradeOf,
): (string | null)[] {
  return schema.fields.map((field, at) => {
    const [one, other] = [left[at], right[at]];
    if (!one || !other) return null;
    const { levels, likeness, isIdentifying } = COMPARISONS[field.kind];
    const level = likeness(one, other);
    if (level === undefined) return null;
    return (isIdentifying && level === levels[0] ? levels[gradeOf(field, one)] : level) ?? null;
  });
}

/** Weighs two records by a model, without its defaults, and tells why. */
export function explainMatch(
  schema: MatchSchema,
  model: MatchModel,
  left: PreparedRecord,
  right: PreparedRecord,
  gradeOf: GradeOf,
): PairExplanation {
  const [one, other] = [withoutDefaults(left, model), withoutDefaults(right, model)];
  const { priorMatch: priorWeight, priorHousehold } = priorsOf(model);
  let [match, household] = [priorWeight, priorHousehold];
  const comparisons: ComparedField[] = [];
  const levels = compareRecords(schema, one, other, gradeOf);
  levels.forEach((level, at) => {
    const field = model.fields[at];
    if (level === null || !field) return;
    const bits = bitsOfLevel(field, level, one[at], other[at]);
    comparisons.push({ field: field.field, level, weight: bits.match });
    match += bits.match;
    household += bits.household;
  });
  const likely = againstAllElse(match, household);
  if (model.household > 0)
    comparisons.push({ field: HOUSEHOLD, level: householdLevel(match, likely), weight: likely - match });
  const isRuledOut = vetoOf(schema)(placesOf(schema, levels));
  if (isRuledOut) comparisons.push({ field: CONTRADICTION, level: 'ruledOut', weight: RULED_OUT });
  const matchWeight = isRuledOut ? likely + RULED_OUT : likely;
  return { probability: probabilityOf(matchWeight), matchWeight, priorWeight, comparisons };
}

/** The place of each field's level, counted from 1; 0 where the records aren't comparable in it. */
function placesOf({ fields }: MatchSchema, levels: readonly (string | null)[]): number[] {
  return fields.map(({ kind }, at) => COMPARISONS[kind].levels.indexOf(levels[at] ?? '') + 1);
}

function householdLevel(match: number, matchWeight: number): string {
  return match - matchWeight > 1 ? 'possible' : 'unlikely';
}

function bitsOfLevel(field: FieldModel, level: string, left: ReadValue | undefined, right: ReadValue | undefined) {
  const chances = field.levels.find((known) => known.level === level);
  if (!chances) return { match: 0, household: 0 };
  const isSameValue = left !== undefined && left.key === right?.key && level === field.levels[0]?.level;
  const more = isSameValue && field.frequencies ? bitsOfValue(field.frequencies, left.key) : 0;
  return {
    match: Math.log2(chances.match / chances.random) + more,
    household: Math.log2(chances.household / chances.random) + more,
  };
}
