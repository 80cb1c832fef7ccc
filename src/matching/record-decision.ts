import { type CandidatePairs, candidatePairs } from './candidate-pairs.js';
import { clusterRecords, type NodePair } from './cluster.rules.js';
import { COMPARISONS } from './comparisons.rules.js';
import { RecordGroups } from './group-evidence.js';
import { weightOfProbability, weightsOf } from './level-weights.js';
import { type GradeOf, withoutDefaults } from './match-explanation.rules.js';
import type { MatchModel } from './match-model.js';
import type { MatchSchema } from './match-schema.js';
import { weighPairs } from './packed-edges.js';
import { FrequencyBits } from './packed-frequencies.js';
import { PackedRecords } from './packed-records.js';
import { comparePairs, packedComparison } from './pair-levels.js';
import type { PreparedRecord } from './prepared-record.rules.js';
import { vetoOf } from './vetoes.rules.js';

/** Records that evidence connects, and what people have decided about them. */
export interface RecordComponent {
  /** By id. */
  readonly records: ReadonlyMap<string, PreparedRecord>;
  /** Ids that share a block; where not given, those that do among these records. */
  readonly candidates?: readonly (readonly [string, string])[];
  readonly mustLinks?: readonly (readonly [string, string])[];
  readonly cannotLinks?: readonly (readonly [string, string])[];
}

export interface DecisionSettings {
  readonly schema: MatchSchema;
  readonly model: MatchModel;
  /** Records become one person from this probability on. */
  readonly threshold: number;
  readonly gradeOf: GradeOf;
}

/** The persons of a component, each with the ids of its records in order; also two records whose pair is worth a look. */
export interface RecordDecision {
  readonly persons: readonly (readonly string[])[];
  /** Pairs of records with their weight in bits: all that weigh more than next to nothing. */
  readonly edges: readonly { readonly left: string; readonly right: string; readonly weight: number }[];
}

/** Decides which of a component's records are one person, by a model. A pure function: the order of what is given doesn't matter. */
export function decideRecords(
  component: RecordComponent,
  { schema, model, threshold, gradeOf }: DecisionSettings,
): RecordDecision {
  const ids = [...component.records.keys()].sort();
  const records = new PackedRecords(schema);
  for (const id of ids) records.add(withoutDefaults(component.records.get(id) ?? [], model));
  const numbers = new Map(ids.map((id, at) => [id, at]));
  const pairsOf = (links: readonly (readonly [string, string])[] = []) => numbered(links, numbers);
  const comparison = packedComparison(records, gradesBy(records, gradeOf));
  const pairs = component.candidates ? asCandidates(pairsOf(component.candidates)) : candidatePairs(records);
  const weights = weightsOf(model);
  const frequencies = FrequencyBits.of(model, records, comparison);
  const compared = comparePairs(comparison, pairs, () => undefined);
  const edges = weighPairs(pairs, compared, {
    weights,
    frequencies,
    columns: comparison.columns,
    veto: vetoOf(schema),
  });
  const listed = Array.from(edges.weight, (weight, at) => ({
    left: edges.left[at] ?? 0,
    right: edges.right[at] ?? 0,
    weight,
  }));
  const persons = clusterRecords({
    size: ids.length,
    edges: listed,
    mustLinks: pairsOf(component.mustLinks),
    cannotLinks: pairsOf(component.cannotLinks),
    threshold: weightOfProbability(threshold),
    judge: new RecordGroups(schema, comparison, weights, frequencies),
  });
  const idOf = (node: number) => ids[node] ?? '';
  return {
    persons: persons.map((nodes) => nodes.map(idOf)),
    edges: listed.map(({ left, right, weight }) => ({ left: idOf(left), right: idOf(right), weight })),
  };
}

function numbered(links: readonly (readonly [string, string])[], numbers: ReadonlyMap<string, number>): NodePair[] {
  const pairs = links.flatMap(([one, other]): NodePair[] => {
    const [left, right] = [numbers.get(one), numbers.get(other)];
    if (left === undefined || right === undefined || left === right) return [];
    return [left < right ? [left, right] : [right, left]];
  });
  return pairs.sort(([left, right], [otherLeft, otherRight]) => left - otherLeft || right - otherRight);
}

function asCandidates(pairs: readonly NodePair[]): CandidatePairs {
  const distinct = pairs.filter(([left, right], at) => left !== pairs[at - 1]?.[0] || right !== pairs[at - 1]?.[1]);
  return { left: Int32Array.from(distinct, ([left]) => left), right: Int32Array.from(distinct, ([, right]) => right) };
}

function gradesBy(records: PackedRecords, gradeOf: GradeOf): (Uint8Array | null)[] {
  return records.schema.fields.map((field, at) => {
    if (!COMPARISONS[field.kind].isIdentifying) return null;
    const values = records.fields[at]?.values ?? [];
    return Uint8Array.from(values, (value) => (value ? gradeOf(field, value) : 0));
  });
}
