import type { Claim, Holding } from './claim.entity.js';
import { MOST_HOLDERS } from './claim.rules.js';

/** What one stored claim says, in clear of the version of the index key it is stored under. */
export type ClaimPart = Pick<Claim, 'holders' | 'size' | 'isShared' | 'erasedAt'>;

/**
 * What claims of one identifier say together, that are stored under several versions of the index key: who holds it by
 * any of them, from the first to the last time. It is full where one of them is, and a tombstone where nobody is left
 * and one of them is a tombstone.
 */
export function unitedClaim(parts: readonly ClaimPart[]): ClaimPart {
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const holders: Record<string, Holding> = {};
  for (const part of parts) {
    for (const [id, holding] of Object.entries(part.holders)) holders[id] = unitedHolding(holders[id], holding);
  }
  const held = Object.keys(holders).length;
  const erased = parts.flatMap(({ erasedAt }) => erasedAt ?? []);
  const isFull = parts.some(({ size, erasedAt }) => size >= MOST_HOLDERS && !erasedAt);
  const isTombstone = held === 0 && erased.length > 0;
  return {
    holders,
    size: isFull || isTombstone ? MOST_HOLDERS : Math.min(held, MOST_HOLDERS),
    isShared: parts.some(({ isShared }) => isShared),
    ...(isTombstone && { erasedAt: erased[0] as Date }),
  };
}

/** What tells its person is what was said under the later version. */
function unitedHolding(before: Holding | undefined, now: Holding): Holding {
  if (!before) return now;
  const [from, to] = [Math.min(+before.from, +now.from), Math.max(+before.to, +now.to)];
  return { ...now, from: new Date(from), to: new Date(to) };
}
