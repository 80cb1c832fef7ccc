import type { Suite } from '../platform/suites/suite.js';
import { emptyRoot, joined, type NodePlace, nodeHash, subtreesOf } from './merkle.rules.js';

/** Leaves from `start` (inclusive) to `end` (exclusive). */
interface Span {
  readonly start: number;
  readonly end: number;
}

/** The largest power of two below a number of leaves, above 1: where RFC 6962 parts a tree. */
function splitOf(size: number): number {
  let split = 1;
  while (split * 2 < size) split *= 2;
  return split;
}

/** The subtrees beside the way from leaf `index` (from 0) up to the root of a tree of `size` leaves, leaf first: PATH of RFC 6962, 2.1.1. */
export function inclusionSpans(index: number, size: number): Span[] {
  const spans: Span[] = [];
  let [start, end] = [0, size];
  while (end - start > 1) {
    const split = start + splitOf(end - start);
    if (index < split) spans.unshift({ start: split, end });
    else spans.unshift({ start, end: split });
    if (index < split) end = split;
    else start = split;
  }
  return spans;
}

/** The subtrees that show that a tree of `to` leaves begins with that of `from`, in the order of PROOF of RFC 6962, 2.1.2. */
export function consistencySpans(from: number, to: number): Span[] {
  if (from === 0 || from === to) return [];
  const spans: Span[] = [];
  let [start, end, isWhole] = [0, to, true];
  while (end !== from) {
    const split = start + splitOf(end - start);
    if (from <= split) {
      spans.unshift({ start: split, end });
      end = split;
    } else {
      spans.unshift({ start, end: split });
      start = split;
      isWhole = false;
    }
  }
  return isWhole ? spans : [{ start, end }, ...spans];
}

/** The whole subtrees whose hashes a proof over these spans is made of. */
export function placesOf(spans: readonly Span[]): NodePlace[] {
  return spans.flatMap(({ start, end }) => subtreesOf(start, end));
}

/** The hashes of spans, from those of their whole subtrees. */
export function hashesOf(suite: Suite, spans: readonly Span[], hashAt: (place: NodePlace) => Uint8Array): Buffer[] {
  return spans.map(({ start, end }) => joined(suite, subtreesOf(start, end).map(hashAt)));
}

/** What a proof claims of one leaf. */
export interface InclusionClaim {
  readonly index: number;
  readonly size: number;
  readonly leaf: Uint8Array;
  readonly path: readonly Uint8Array[];
  readonly root: Uint8Array;
}

/** Whether a leaf stands at its index in the tree of a root (RFC 9162, 2.1.3.2). */
export function isIncluded(suite: Suite, { index, size, leaf, path, root }: InclusionClaim): boolean {
  if (index < 0 || index >= size) return false;
  const sides = sidesOf(index, size - 1);
  if (sides.length !== path.length) return false;
  const climb = (hash: Uint8Array, beside: Uint8Array, n: number) =>
    sides[n] === 'LEFT' ? nodeHash(suite, beside, hash) : nodeHash(suite, hash, beside);
  return areSame(path.reduce(climb, leaf), root);
}

/** What a proof claims of two trees. */
export interface ConsistencyClaim {
  readonly from: number;
  readonly to: number;
  readonly path: readonly Uint8Array[];
  readonly fromRoot: Uint8Array;
  readonly toRoot: Uint8Array;
}

/** Whether the tree of one root begins with that of another (RFC 9162, 2.1.4.2). */
export function isConsistent(suite: Suite, claim: ConsistencyClaim): boolean {
  const { from, to, path, fromRoot, toRoot } = claim;
  if (from < 0 || from > to) return false;
  if (from === 0) return path.length === 0 && areSame(fromRoot, emptyRoot(suite));
  if (from === to) return path.length === 0 && areSame(fromRoot, toRoot);
  const [first, ...others] = isPowerOfTwo(from) ? [fromRoot, ...path] : path;
  return first !== undefined && climbsToBoth(suite, claim, first, others);
}

function climbsToBoth(
  suite: Suite,
  { from, to, fromRoot, toRoot }: ConsistencyClaim,
  first: Uint8Array,
  path: readonly Uint8Array[],
): boolean {
  let [place, last] = [from - 1, to - 1];
  while (place % 2 === 1) [place, last] = [half(place), half(last)];
  const sides = sidesOf(place, last);
  if (sides.length !== path.length) return false;
  const old = path.reduce((hash, beside, n) => (sides[n] === 'LEFT' ? nodeHash(suite, beside, hash) : hash), first);
  const now = path.reduce(
    (hash, beside, n) => (sides[n] === 'LEFT' ? nodeHash(suite, beside, hash) : nodeHash(suite, hash, beside)),
    first,
  );
  return areSame(old, fromRoot) && areSame(now, toRoot);
}

/** On the way up from a place of a level whose last is `last`: on which side of it each hash of the proof stands. */
function sidesOf(place: number, last: number): ('LEFT' | 'RIGHT')[] {
  const sides: ('LEFT' | 'RIGHT')[] = [];
  for (let [at, end] = [place, last]; end > 0; [at, end] = [half(at), half(end)]) {
    const isRight = at % 2 === 1 || at === end;
    sides.push(isRight ? 'LEFT' : 'RIGHT');
    while (isRight && at % 2 === 0 && at > 0) [at, end] = [half(at), half(end)]; // it has no brother on these levels
  }
  return sides;
}

/** Numbers of leaves may pass 32 bits, which a shift would cut off. */
function half(number: number): number {
  return Math.floor(number / 2);
}

function isPowerOfTwo(number: number): boolean {
  return splitOf(number * 2) === number;
}

function areSame(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0;
}
