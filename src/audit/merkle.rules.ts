import type { Suite } from '../platform/suites/suite.js';

/** The Merkle tree of RFC 6962, section 2.1: leaves and nodes are hashed apart, so that neither passes for the other. */
const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** The root of a whole subtree of 2^level leaves, the `index`th of its level from 0. */
export interface NodePlace {
  readonly level: number;
  readonly index: number;
}

/** The hash of a leaf. */
export function leafHash(suite: Suite, data: Uint8Array): Buffer {
  return suite.hash(Buffer.concat([LEAF, data]));
}

/** The hash of a node over its two children. */
export function nodeHash(suite: Suite, left: Uint8Array, right: Uint8Array): Buffer {
  return suite.hash(Buffer.concat([NODE, left, right]));
}

/** The root of the tree without leaves. */
export function emptyRoot(suite: Suite): Buffer {
  return suite.hash(new Uint8Array());
}

/** The whole subtrees that the leaves from `start` up to `end` are made of, left to right; a whole subtree begins at a multiple of its size. */
export function subtreesOf(start: number, end: number): NodePlace[] {
  const places: NodePlace[] = [];
  for (let at = start; at < end; ) {
    let level = 0;
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= end) level += 1;
    places.push({ level, index: at / 2 ** level });
    at += 2 ** level;
  }
  return places;
}

/** The hash over whole subtrees that stand side by side from left to right, as `subtreesOf` gives them. */
export function joined(suite: Suite, hashes: readonly Uint8Array[]): Buffer {
  if (hashes.length === 0) return emptyRoot(suite);
  return Buffer.from(hashes.reduceRight((right, left) => nodeHash(suite, left, right)));
}

/** The right edge of a growing tree: its whole subtrees from left to right, all that appending needs. */
export class Frontier {
  private readonly hashes: Buffer[];

  /** @param size how many leaves there are; `hashes` are those of `subtreesOf(0, size)` */
  constructor(
    private readonly suite: Suite,
    private leaves = 0,
    hashes: readonly Uint8Array[] = [],
  ) {
    this.hashes = hashes.map((hash) => Buffer.from(hash));
  }

  get size(): number {
    return this.leaves;
  }

  /** Adds a leaf by its hash, and returns the nodes above it that it makes whole, from the lowest. */
  append(leaf: Uint8Array): Buffer[] {
    const whole: Buffer[] = [];
    let hash: Buffer = Buffer.from(leaf);
    for (let index = this.leaves; index % 2 === 1; index = (index - 1) / 2) {
      hash = nodeHash(this.suite, this.hashes.pop() ?? hash, hash);
      whole.push(hash);
    }
    this.hashes.push(hash);
    this.leaves += 1;
    return whole;
  }

  /** The hashes of the whole subtrees, as the constructor takes them. */
  edge(): Buffer[] {
    return [...this.hashes];
  }

  root(): Buffer {
    return joined(this.suite, this.hashes);
  }
}
