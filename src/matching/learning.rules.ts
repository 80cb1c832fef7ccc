import { COMPARISONS, type LevelChances } from './comparisons.rules.js';
import { LEVELS_AT_MOST } from './level-weights.js';
import type { MatchSchema } from './match-schema.js';
import { doubleAt } from './packed-numbers.js';

/** How pairs of records compare: each way once (a level a field, 0 where not comparable), with the number of such pairs. */
export interface PairPatterns {
  readonly levels: Uint8Array;
  readonly counts: Float64Array;
}

/** What learning starts from: the candidates, and what is known of all pairs. By field * LEVELS_AT_MOST + level. */
export interface LearningInput {
  readonly schema: MatchSchema;
  readonly records: number;
  readonly patterns: PairPatterns;
  /** About how many of all pairs, candidates or not, agree at each level. */
  readonly pairsAtLevel: Float64Array;
  /** How many pairs one pair of the sample stands for, that `pairsAtLevel` is estimated from. */
  readonly scale: number;
}

/** What was learned, laid out as `pairsAtLevel`. */
export interface LearnedChances {
  readonly matchShare: number;
  readonly householdShare: number;
  readonly match: Float64Array;
  readonly random: Float64Array;
  readonly household: Float64Array;
}

const MOST_ROUNDS = 30;
const SMALL_CHANGE = 1e-3;
/** The defaults count as much as this many pairs seen. */
const WEIGHT_OF_DEFAULTS = 40;
const WEIGHT_OF_HOUSEHOLD_DEFAULTS = 100;
/** Of what random people agree at; among few records hardly anything is seen of that. */
const WEIGHT_OF_RANDOM_DEFAULTS = 10_000;
const GREATEST_SHARE = 0.4;
const LEAST_CHANCE = 1e-9;
/** Before anything is learned: matching pairs a record, and pairs of one household. */
const MATCHES_A_RECORD = 0.5;
const HOUSEHOLDS_A_RECORD = 0.3;

/** Whether people who share a home are told from one person: an address says so. */
export function knowsHouseholds(schema: MatchSchema): boolean {
  return schema.fields.some(({ kind }) => kind === 'address');
}

/** The chances before anything is learned. */
function defaults(schema: MatchSchema, of: keyof LevelChances): Float64Array {
  const chances = new Float64Array(schema.fields.length * LEVELS_AT_MOST);
  schema.fields.forEach(({ kind }, field) => {
    COMPARISONS[kind].chances[of].forEach((chance, at) => {
      chances[field * LEVELS_AT_MOST + at + 1] = chance;
    });
  });
  return chances;
}

/**
 * Learns from pairs without labels by expectation and maximisation over three classes: one person, one household, two
 * random people (Winkler 1988; Fellegi and Sunter 1969). What random people agree at is counted over all pairs, less those
 * held to be of one person or household; so blocking doesn't distort it.
 */
export class Learning {
  private readonly totalPairs: number;
  private readonly width: number;
  private readonly start: { match: Float64Array; random: Float64Array; household: Float64Array };
  private readonly hasHouseholds: boolean;
  private current: LearnedChances;

  constructor(private readonly input: LearningInput) {
    const { schema, records } = input;
    this.totalPairs = Math.max(1, (records * (records - 1)) / 2);
    this.width = schema.fields.length;
    this.start = {
      match: defaults(schema, 'match'),
      random: defaults(schema, 'random'),
      household: defaults(schema, 'household'),
    };
    this.hasHouseholds = knowsHouseholds(schema);
    const share = (perRecord: number) => Math.min(0.25, (records * perRecord) / this.totalPairs);
    this.current = {
      ...this.start,
      matchShare: share(MATCHES_A_RECORD),
      householdShare: this.hasHouseholds ? share(HOUSEHOLDS_A_RECORD) : 0,
    };
    const nobody = new Float64Array(this.start.match.length);
    this.current = { ...this.current, random: this.randomChances(nobody, nobody) };
  }

  /** Rounds until little changes. */
  run(): LearnedChances {
    for (let round = 0; round < MOST_ROUNDS; round++) {
      const before = this.current.matchShare;
      this.current = this.maximised();
      if (Math.abs(this.current.matchShare - before) < SMALL_CHANGE * before) break;
    }
    return this.current;
  }

  /** One round: what each pattern is taken for, then the chances that follow. */
  private maximised(): LearnedChances {
    const { counts } = this.input.patterns;
    const [match, household] = [new Float64Array(this.start.match.length), new Float64Array(this.start.match.length)];
    const weights = this.logarithms();
    let [matches, households] = [0, 0];
    for (let pattern = 0; pattern < counts.length; pattern++) {
      const [isMatch, isHousehold] = this.posterior(pattern, weights);
      const count = counts[pattern] ?? 0;
      matches += isMatch * count;
      households += isHousehold * count;
      this.collect(pattern, match, isMatch * count);
      this.collect(pattern, household, isHousehold * count);
    }
    const random = this.randomChances(match, household);
    return {
      matchShare: Math.min(GREATEST_SHARE, Math.max(matches, 0.5) / this.totalPairs),
      householdShare: this.hasHouseholds ? Math.min(GREATEST_SHARE, Math.max(households, 0.1) / this.totalPairs) : 0,
      match: this.smoothed(match, this.start.match, WEIGHT_OF_DEFAULTS),
      household: this.householdChances(household),
      random,
    };
  }

  private logarithms() {
    const { match, household, random, matchShare, householdShare } = this.current;
    const ratio = (chances: Float64Array) =>
      chances.map((chance, at) =>
        (random[at] ?? 0) > 0 ? Math.log(Math.max(LEAST_CHANCE, chance) / (random[at] ?? 1)) : 0,
      );
    const rest = Math.max(LEAST_CHANCE, 1 - matchShare - householdShare);
    return {
      match: ratio(match),
      household: ratio(household),
      priorMatch: Math.log(matchShare / rest),
      priorHousehold: householdShare > 0 ? Math.log(householdShare / rest) : Number.NEGATIVE_INFINITY,
    };
  }

  private posterior(pattern: number, weights: ReturnType<Learning['logarithms']>): [number, number] {
    let [match, household] = [weights.priorMatch, weights.priorHousehold];
    const { levels } = this.input.patterns;
    for (let field = 0; field < this.width; field++) {
      const at = field * LEVELS_AT_MOST + (levels[pattern * this.width + field] ?? 0);
      match += weights.match[at] ?? 0;
      household += weights.household[at] ?? 0;
    }
    const most = Math.max(0, match, household);
    const [ofMatch, ofHousehold] = [Math.exp(match - most), Math.exp(household - most)];
    const all = ofMatch + ofHousehold + Math.exp(-most);
    return [ofMatch / all, ofHousehold / all];
  }

  private collect(pattern: number, sums: Float64Array, weight: number): void {
    const { levels } = this.input.patterns;
    for (let field = 0; field < this.width; field++) {
      const at = field * LEVELS_AT_MOST + (levels[pattern * this.width + field] ?? 0);
      sums[at] = (sums[at] ?? 0) + weight;
    }
  }

  private smoothed(sums: Float64Array, prior: Float64Array, weight: number): Float64Array {
    const chances = new Float64Array(sums.length);
    this.eachField((from, to) => {
      let total = weight;
      for (let at = from; at < to; at++) total += sums[at] ?? 0;
      for (let at = from; at < to; at++) chances[at] = ((sums[at] ?? 0) + weight * (prior[at] ?? 0)) / total;
    });
    return chances;
  }

  /** How far people of one home share names and birthdays is knowledge of the world; what else they share is learned. */
  private householdChances(sums: Float64Array): Float64Array {
    const chances = this.smoothed(sums, this.start.household, WEIGHT_OF_HOUSEHOLD_DEFAULTS);
    this.input.schema.fields.forEach(({ kind }, field) => {
      if (!COMPARISONS[kind].isSingle) return;
      const [from, to] = [field * LEVELS_AT_MOST, (field + 1) * LEVELS_AT_MOST];
      chances.set(this.start.household.subarray(from, to), from);
    });
    return chances;
  }

  /** What is left of all pairs at a level when those of one person or household are taken off. */
  private randomChances(match: Float64Array, household: Float64Array): Float64Array {
    const { pairsAtLevel, scale } = this.input;
    const { random } = this.start;
    const chances = new Float64Array(pairsAtLevel.length);
    this.eachField((from, to) => {
      const pairs = sumOf(pairsAtLevel, from, to);
      for (let at = from; at < to; at++) {
        const known = doubleAt(random, at);
        const least = Math.min(known, scale / Math.max(1, pairs));
        const left = doubleAt(pairsAtLevel, at) - doubleAt(match, at) - doubleAt(household, at);
        const all = Math.max(0, left) + WEIGHT_OF_RANDOM_DEFAULTS * known;
        chances[at] = Math.max(least, all / (pairs + WEIGHT_OF_RANDOM_DEFAULTS));
      }
      const sum = sumOf(chances, from, to);
      for (let at = from; at < to; at++) chances[at] = doubleAt(chances, at) / sum;
    });
    return chances;
  }

  /** Level 0, `not comparable`, is left out: it says nothing. */
  private eachField(visit: (from: number, to: number) => void): void {
    this.input.schema.fields.forEach(({ kind }, field) => {
      const from = field * LEVELS_AT_MOST + 1;
      visit(from, from + COMPARISONS[kind].levels.length);
    });
  }
}

function sumOf(numbers: Float64Array, from: number, to: number): number {
  let sum = 0;
  for (let at = from; at < to; at++) sum += doubleAt(numbers, at);
  return sum;
}
