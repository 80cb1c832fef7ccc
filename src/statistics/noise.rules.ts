import type { RandomBits } from './random-bits.js';

/** A positive fraction of whole numbers. */
export interface Fraction {
  readonly over: bigint;
  readonly under: bigint;
}

/**
 * Two-sided geometric noise, also called discrete Laplace: P(x) = (1 - a) / (1 + a) * a^|x| with a = exp(-1 / scale).
 * Exact: whole numbers alone, so no rounding tells of what was counted. Canonne, Kamath, Steinke, The Discrete Gaussian
 * for Differential Privacy, NeurIPS 2020, algorithms 1 and 2. The mechanism is Ghosh, Roughgarden, Sundararajan,
 * Universally Utility-Maximizing Privacy Mechanisms, STOC 2009.
 */
export function geometricNoise(bits: RandomBits, scale: Fraction): bigint {
  const { over: t, under: s } = scale;
  for (;;) {
    const remainder = bits.below(t);
    if (!happens(bits, { over: remainder, under: t })) continue;
    const size = (remainder + t * timesInARow(bits)) / s;
    const isNegative = bits.below(2n) === 1n;
    if (!(isNegative && size === 0n)) return isNegative ? -size : size;
  }
}

/** How often in a row something happens that happens with probability exp(-1). */
function timesInARow(bits: RandomBits): bigint {
  let times = 0n;
  while (happens(bits, { over: 1n, under: 1n })) times += 1n;
  return times;
}

/** True with probability exp(-x), for x from 0 to 1: algorithm 1, for such x. */
function happens(bits: RandomBits, { over, under }: Fraction): boolean {
  let k = 1n;
  while (bits.below(under * k) < over) k += 1n;
  return k % 2n === 1n;
}
