/** Where a score begins: at a value, or just above it. */
export interface Cut {
  readonly at: number;
  readonly includes: boolean;
}

const SCORES = 5;

/**
 * The four cuts between five scores of a population, none empty. A customer's rank is the share of those below, and half
 * of those alike; each fifth of ranks is a score. Who is alike gets the same score, and where all are alike it is 3.
 */
export function cutsOf(values: readonly number[]): Cut[] {
  const sorted = [...values].sort((a, b) => a - b);
  return Array.from({ length: SCORES - 1 }, (_, n) => cutOf(sorted, n + 1));
}

/** The lowest value whose rank is at least `step` fifths, or the value above which it is. */
function cutOf(sorted: readonly number[], step: number): Cut {
  const wanted = step * sorted.length;
  for (let [below, upTo] = [0, 0]; below < sorted.length; below = upTo) {
    const at = sorted[below] as number;
    while (sorted[upTo] === at) upTo += 1;
    if (SCORES * (below + upTo) >= 2 * wanted) return { at, includes: true };
    if (SCORES * upTo >= wanted) return { at, includes: false };
  }
  throw new Error('There are no values to find quantiles of.');
}

/** The score of a value, 1 to 5: 5 is the greatest fifth. */
export function scoreOf(value: number, cuts: readonly Cut[]): number {
  return 1 + cuts.filter(({ at, includes }) => (includes ? value >= at : value > at)).length;
}
