import type { TermFrequencies } from './match-model.js';

/** A value is at most this much rarer or more frequent than the field's values are as a rule, in bits. */
export const MOST_FREQUENCY_BITS = 12;

/**
 * Bits to add to the weight of a level because both sides have this very value: log2 of the chance that two random
 * records agree at all, by the chance that one has this value (Winkler 2000; Splink, term frequency adjustments).
 */
export function bitsOfValue({ total, agreement, counts, least }: TermFrequencies, key: string): number {
  if (total === 0 || agreement === 0) return 0;
  const count = Object.hasOwn(counts, key) ? (counts[key] ?? least) : least;
  const bits = Math.log2(agreement / (count / total));
  return Math.max(-MOST_FREQUENCY_BITS, Math.min(MOST_FREQUENCY_BITS, bits));
}
