import { badInput } from '../platform/errors.js';
import { geometricNoise } from './noise.rules.js';
import type { RandomBits } from './random-bits.js';

/** Epsilon is counted in millionths, so that what is spent and what the noise is made by are one number. */
export const MILLIONTHS = 1_000_000;

const LEAST_EPSILON = 0.01;
const MOST_EPSILON = 1_000;
const LARGEST_BOUND = 1e9;
/** A sum is told in this many steps from 0 to the largest value that one person may bring. */
const STEPS = 2 ** 20;

/** An epsilon in millionths; BAD_USER_INPUT where it is none. */
export function readEpsilon(epsilon: number): number {
  if (!(epsilon >= LEAST_EPSILON && epsilon <= MOST_EPSILON))
    throw badInput('epsilon', `must be a number from ${LEAST_EPSILON} to ${MOST_EPSILON}`);
  return Math.floor(epsilon * MILLIONTHS + 1e-3); // a decimal's last digits fall short of it
}

/**
 * A count with geometric noise of scale 1/epsilon: epsilon-differentially private where a person adds at most one to it,
 * or to one cell of a histogram (Dwork, McSherry, Nissim, Smith, Calibrating Noise to Sensitivity, TCC 2006).
 */
export function noisyCount(count: number, millionths: number, bits: RandomBits): number {
  return count + Number(geometricNoise(bits, { over: BigInt(MILLIONTHS), under: BigInt(millionths) }));
}

/** The span that each person's value is brought into before it is summed. */
export interface Clamp {
  readonly lower: number;
  readonly upper: number;
}

/** Refuses a span that is none, or that no noise could hide a person in. */
export function checkClamp({ lower, upper }: Clamp): void {
  const isBound = (value: number) => Number.isFinite(value) && Math.abs(value) <= LARGEST_BOUND;
  if (!isBound(lower)) throw badInput('lower', `must be a number of at most ${LARGEST_BOUND}, either side of 0`);
  if (!isBound(upper)) throw badInput('upper', `must be a number of at most ${LARGEST_BOUND}, either side of 0`);
  if (lower >= upper) throw badInput('upper', 'must be above lower');
}

/**
 * A sum of clamped values with Laplace noise of scale max(|lower|, |upper|) / epsilon, on a grid: each value is rounded to a
 * step before it is added, and the noise is a whole number of steps from the geometric sampler. So no digit of a double
 * tells of the values, as Laplace noise from doubles would (Mironov, On Significance of the Least Significant Bits for
 * Differential Privacy, CCS 2012; the grid: Balcer, Vadhan, Differential Privacy on Finite Computers, ITCS 2018).
 */
export class NoisySum {
  private readonly step: number;
  private steps = 0n;

  constructor(private readonly clamp: Clamp) {
    this.step = 2 ** Math.ceil(Math.log2(Math.max(Math.abs(clamp.lower), Math.abs(clamp.upper)) / STEPS));
  }

  /** Adds one person's value; each may bring one. */
  add(value: number): void {
    this.steps += BigInt(this.stepsOf(Math.min(this.clamp.upper, Math.max(this.clamp.lower, value))));
  }

  /** The sum with its noise. */
  noisy(millionths: number, bits: RandomBits): number {
    const reach = Math.max(Math.abs(this.stepsOf(this.clamp.lower)), Math.abs(this.stepsOf(this.clamp.upper)));
    const noise = geometricNoise(bits, { over: BigInt(reach) * BigInt(MILLIONTHS), under: BigInt(millionths) });
    return Number(this.steps + noise) * this.step;
  }

  private stepsOf(value: number): number {
    return Math.round(value / this.step);
  }
}

/** Cells of a breakdown that are large enough to be shown: of small ones a reader could know who is in them. */
export function withoutSmallCells<T extends { readonly value: number }>(cells: readonly T[], least: number): T[] {
  return cells.filter(({ value }) => value >= least);
}
