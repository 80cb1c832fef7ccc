import { createHash } from 'node:crypto';

/** The Merkle tree by the recursive definitions of RFC 6962, section 2.1, over all leaves at once. */
const sha256 = (...parts: Uint8Array[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

/** The largest power of two smaller than `n`. */
function k(n: number): number {
  return 2 ** (Math.ceil(Math.log2(n)) - 1);
}

/** MTH(D[n]). */
export function naiveRoot(leaves: readonly Uint8Array[]): Buffer {
  const [first] = leaves;
  if (!first) return sha256();
  if (leaves.length === 1) return sha256(Uint8Array.of(0), first);
  const split = k(leaves.length);
  return sha256(Uint8Array.of(1), naiveRoot(leaves.slice(0, split)), naiveRoot(leaves.slice(split)));
}

/** PATH(m, D[n]). */
export function naivePath(m: number, leaves: readonly Uint8Array[]): Buffer[] {
  if (leaves.length === 1) return [];
  const split = k(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return m < split ? [...naivePath(m, left), naiveRoot(right)] : [...naivePath(m - split, right), naiveRoot(left)];
}

/** PROOF(m, D[n]), for 0 < m < n. */
export function naiveProof(m: number, leaves: readonly Uint8Array[]): Buffer[] {
  return subproof(m, leaves, true);
}

function subproof(m: number, leaves: readonly Uint8Array[], isWhole: boolean): Buffer[] {
  if (m === leaves.length) return isWhole ? [] : [naiveRoot(leaves)];
  const split = k(leaves.length);
  const [left, right] = [leaves.slice(0, split), leaves.slice(split)];
  return m <= split
    ? [...subproof(m, left, isWhole), naiveRoot(right)]
    : [...subproof(m - split, right, false), naiveRoot(left)];
}
