import type { GroupJudge } from './cluster.rules.js';
import { COMPARISONS } from './comparisons.rules.js';
import { againstAllElse, LEVELS_AT_MOST, type LevelWeights } from './level-weights.js';
import type { MatchSchema } from './match-schema.js';
import type { FrequencyBits } from './packed-frequencies.js';
import { byteAt, doubleAt } from './packed-numbers.js';
import type { PackedComparison } from './pair-levels.js';
import { type Veto, vetoOf } from './vetoes.rules.js';

/** Of the values of a group in a field, at most this many have a say: those that most records have. */
const VALUES_AT_MOST = 8;
/** And at most this many are remembered. */
const VALUES_KEPT = 64;

/** How far a nickname counts against names: it says hardly anything where names are known. */
const LITTLE = 0.01;

/** The values of a group in each field, with the number of records that have each. */
export interface GroupValues {
  readonly places: readonly (readonly number[])[];
  readonly counts: readonly (readonly number[])[];
}

/** Judges groups of records by a model: as two records are, but with all values that each group has in a field. */
export class RecordGroups implements GroupJudge<GroupValues> {
  private readonly isSingle: readonly boolean[];
  private readonly vague: readonly number[];
  private match = 0;
  private household = 0;
  private readonly best: Uint8Array;
  private readonly veto: Veto;

  constructor(
    schema: MatchSchema,
    private readonly comparison: PackedComparison,
    private readonly weights: LevelWeights,
    private readonly frequencies: FrequencyBits,
  ) {
    this.isSingle = schema.fields.map(({ kind }) => COMPARISONS[kind].isSingle);
    this.best = new Uint8Array(schema.fields.length);
    this.veto = vetoOf(schema);
    this.vague = schema.fields.map(({ kind }) => COMPARISONS[kind].levels.indexOf('informal') + 1);
  }

  /** The same judge for nodes that stand for these records. */
  over(records: readonly number[]): GroupJudge<GroupValues> {
    return {
      of: (node) => this.of(records[node] ?? 0),
      merged: (left, right) => this.merged(left, right),
      affinity: (left, right) => this.affinity(left, right),
    };
  }

  of(record: number): GroupValues {
    const places = this.comparison.columns.map((column) => {
      const place = column[record] ?? 0;
      return place === 0 ? [] : [place];
    });
    return { places, counts: places.map((values) => values.map(() => 1)) };
  }

  merged(left: GroupValues, right: GroupValues): GroupValues {
    const both = left.places.map((_, field) => mergedField(left, right, field));
    return { places: both.map(([places]) => places), counts: both.map(([, counts]) => counts) };
  }

  affinity(left: GroupValues, right: GroupValues): number {
    [this.match, this.household] = [this.weights.priorMatch, this.weights.priorHousehold];
    this.best.fill(0);
    for (let field = 0; field < this.isSingle.length; field++) {
      if ((left.places[field]?.length ?? 0) === 0 || (right.places[field]?.length ?? 0) === 0) continue;
      if (this.isSingle[field]) this.addAverage(left, right, field);
      else this.addBest(left, right, field);
    }
    return this.veto(this.best) ? Number.NEGATIVE_INFINITY : againstAllElse(this.match, this.household);
  }

  private addAverage(left: GroupValues, right: GroupValues, field: number): void {
    let [match, household, total] = [0, 0, 0];
    this.eachPair(left, right, field, (ofMatch, ofHousehold, count, level) => {
      const weight = level === this.vague[field] ? count * LITTLE : count;
      match += ofMatch * weight;
      household += ofHousehold * weight;
      total += weight;
    });
    if (total === 0) return;
    this.match += match / total;
    this.household += household / total;
  }

  private addBest(left: GroupValues, right: GroupValues, field: number): void {
    let [match, household] = [Number.NEGATIVE_INFINITY, 0];
    this.eachPair(left, right, field, (ofMatch, ofHousehold) => {
      if (ofMatch > match) [match, household] = [ofMatch, ofHousehold];
    });
    if (match === Number.NEGATIVE_INFINITY) return;
    this.match += match;
    this.household += household;
  }

  private eachPair(left: GroupValues, right: GroupValues, field: number, visit: PairVisitor): void {
    const [lefts, rights] = [left.places[field] ?? [], right.places[field] ?? []];
    const [leftCounts, rightCounts] = [left.counts[field] ?? [], right.counts[field] ?? []];
    for (let one = 0; one < lefts.length && one < VALUES_AT_MOST; one++) {
      for (let other = 0; other < rights.length && other < VALUES_AT_MOST; other++) {
        const count = numberAt(leftCounts, one) * numberAt(rightCounts, other);
        this.visitPair(field, numberAt(lefts, one), numberAt(rights, other), count, visit);
      }
    }
  }

  private visitPair(field: number, left: number, right: number, count: number, visit: PairVisitor): void {
    const level = this.comparison.levels[field]?.(left, right) ?? 0;
    if (level === 0) return;
    const best = byteAt(this.best, field);
    if (best === 0 || level < best) this.best[field] = level;
    const bits = left === right ? this.frequencies.ofValue(field, left) : 0;
    const at = field * LEVELS_AT_MOST + level;
    visit(doubleAt(this.weights.match, at) + bits, doubleAt(this.weights.household, at) + bits, count, level);
  }
}

/** Takes the bits of two values, how many pairs of records have them, and the level. */
type PairVisitor = (match: number, household: number, count: number, level: number) => void;

function numberAt(numbers: readonly number[], at: number): number {
  return numbers[at] ?? 0;
}

function mergedField(left: GroupValues, right: GroupValues, field: number): [readonly number[], readonly number[]] {
  const [lefts, rights] = [left.places[field] ?? [], right.places[field] ?? []];
  const [leftCounts, rightCounts] = [left.counts[field] ?? [], right.counts[field] ?? []];
  if (rights.length === 0) return [lefts, leftCounts];
  if (lefts.length === 0) return [rights, rightCounts];
  const places = [...lefts];
  const counts = [...leftCounts];
  rights.forEach((place, from) => {
    const at = places.indexOf(place);
    if (at >= 0) counts[at] = (counts[at] ?? 0) + (rightCounts[from] ?? 0);
    else counts[places.push(place) - 1] = rightCounts[from] ?? 0;
  });
  return inOrder(places, counts);
}

/** The values that most records have first, so that a group's say doesn't depend on how it grew. */
function inOrder(places: number[], counts: number[]): [number[], number[]] {
  if (places.length === 1) return [places, counts];
  const order = places.map((_, at) => at);
  order.sort((one, other) => (counts[other] ?? 0) - (counts[one] ?? 0) || (places[one] ?? 0) - (places[other] ?? 0));
  const kept = order.slice(0, VALUES_KEPT);
  return [kept.map((at) => places[at] ?? 0), kept.map((at) => counts[at] ?? 0)];
}
