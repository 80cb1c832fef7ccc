import type { Claim } from './claim.entity.js';
import { MOST_HOLDERS } from './claim.rules.js';

/** What is to become of a claim that lets go of holders, and who holds it still. */
export interface ClaimRelease {
  readonly set: Partial<Pick<Claim, 'holders' | 'size' | 'isShared' | 'erasedAt'>>;
  readonly survivors: readonly string[];
}

/**
 * What a claim is without some of its holders; undefined where it has none of them. One that was full stays so: who else
 * holds it is not known. Where nobody is left and the holders were erased, a tombstone stays, which is full as well.
 */
export function releaseOf(
  { holders, size, isShared }: Pick<Claim, 'holders' | 'size' | 'isShared'>,
  leaving: ReadonlySet<string>,
  erasedAt: Date | null,
): ClaimRelease | undefined {
  const survivors = Object.keys(holders).filter((id) => !leaving.has(id));
  if (survivors.length === Object.keys(holders).length) return undefined;
  const isFull = size >= MOST_HOLDERS;
  if (survivors.length === 0 && erasedAt && !isFull)
    return { set: { holders: {}, size: MOST_HOLDERS, isShared: false, erasedAt }, survivors };
  const left = Object.fromEntries(Object.entries(holders).filter(([id]) => !leaving.has(id)));
  return { set: { holders: left, size: isFull ? size : survivors.length, isShared }, survivors };
}
