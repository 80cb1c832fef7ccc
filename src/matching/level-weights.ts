import type { MatchModel } from './match-model.js';

/** Room for the levels of a field; level 0 is `not comparable`. */
export const LEVELS_AT_MOST = 16;

/** What two random records start from: logarithms of base 2 of the odds against two random people. */
export interface PriorWeights {
  /** Of the odds that two random records are one person's. */
  readonly priorMatch: number;
  /** Of the odds that they are of two people who share a home. */
  readonly priorHousehold: number;
}

/** A model as it is computed with: logarithms of base 2 of the odds against two random people. */
export interface LevelWeights extends PriorWeights {
  readonly fields: number;
  /** By field * LEVELS_AT_MOST + level. */
  readonly match: Float64Array;
  readonly household: Float64Array;
}

/** The weights of a model. */
export function weightsOf(model: MatchModel): LevelWeights {
  const match = new Float64Array(model.fields.length * LEVELS_AT_MOST);
  const household = new Float64Array(match.length);
  model.fields.forEach(({ levels }, field) => {
    levels.forEach((level, at) => {
      const place = field * LEVELS_AT_MOST + at + 1;
      match[place] = Math.log2(level.match / level.random);
      household[place] = Math.log2(level.household / level.random);
    });
  });
  return { fields: model.fields.length, ...priorsOf(model), match, household };
}

/** The prior weights of a model. */
export function priorsOf({ match, household }: MatchModel): PriorWeights {
  const random = Math.max(Number.MIN_VALUE, 1 - match - household);
  return {
    priorMatch: Math.log2(match / random),
    priorHousehold: household > 0 ? Math.log2(household / random) : Number.NEGATIVE_INFINITY,
  };
}

/** The weight, in bits, that a match has against all else: two random people, or two who share a home. */
export function againstAllElse(match: number, household: number): number {
  return match - Math.log2(1 + 2 ** Math.min(household, 1000));
}

/** The probability of a match weight, in bits. */
export function probabilityOf(matchWeight: number): number {
  return 1 / (1 + 2 ** -matchWeight);
}

/** The weight, in bits, of a probability. */
export function weightOfProbability(probability: number): number {
  return Math.log2(probability / (1 - probability));
}
