import { describe, expect, test } from '@jest/globals';
import { emptyRoot, Frontier, joined, leafHash, type NodePlace, subtreesOf } from '../../../src/audit/merkle.rules.js';
import {
  consistencySpans,
  hashesOf,
  inclusionSpans,
  isConsistent,
  isIncluded,
  placesOf,
} from '../../../src/audit/merkle-proof.rules.js';
import { AES_GCM_SHA256 } from '../../../src/platform/suites/aes-gcm-sha256.js';
import { naivePath, naiveProof, naiveRoot } from '../../support/naive-merkle.js';

/** The leaves of the tests of Certificate Transparency's own tree (google/certificate-transparency, merkletree tests). */
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'].map(
  (hex) => Buffer.from(hex, 'hex'),
);

/** Their roots, of the first leaf alone, of the first two, and so on. */
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

const leaf = (n: number) => Buffer.from(`leaf ${n}`);

/** A tree over leaves, with every whole subtree at hand, as entries store them. */
function treeOf(leaves: readonly Uint8Array[]) {
  const frontier = new Frontier(AES_GCM_SHA256);
  const nodes = new Map<string, Buffer>();
  leaves.forEach((data, index) => {
    const hash = leafHash(AES_GCM_SHA256, data);
    nodes.set(`0/${index}`, hash);
    frontier.append(hash).forEach((node, at) => {
      nodes.set(`${at + 1}/${(index + 1) / 2 ** (at + 1) - 1}`, node);
    });
  });
  const hashAt = ({ level, index }: NodePlace) => {
    const found = nodes.get(`${level}/${index}`);
    if (!found) throw new Error(`There is no node ${level}/${index}.`);
    return found;
  };
  return { frontier, hashAt };
}

describe('known answers', () => {
  test('of the empty tree and the eight trees of Certificate Transparency', () => {
    expect(emptyRoot(AES_GCM_SHA256).toString('hex')).toBe(
      'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    );
    const roots = LEAVES.map((_, n) =>
      treeOf(LEAVES.slice(0, n + 1))
        .frontier.root()
        .toString('hex'),
    );
    expect(roots).toEqual(ROOTS);
  });

  test('of the proofs in the example of RFC 6962, section 2.1.3: seven leaves d0 to d6', () => {
    const leaves = Array.from({ length: 7 }, (_, n) => leaf(n));
    const spans = (list: readonly { start: number; end: number }[]) => list.map(({ start, end }) => `${start}-${end}`);
    expect(spans(inclusionSpans(0, 7))).toEqual(['1-2', '2-4', '4-7']); // [b, h, l]
    expect(spans(inclusionSpans(3, 7))).toEqual(['2-3', '0-2', '4-7']); // [c, g, l]
    expect(spans(inclusionSpans(4, 7))).toEqual(['5-6', '6-7', '0-4']); // [f, j, k]
    expect(spans(inclusionSpans(6, 7))).toEqual(['4-6', '0-4']); // [i, k]
    expect(spans(consistencySpans(3, 7))).toEqual(['2-3', '3-4', '0-2', '4-7']); // [c, d, g, l]
    expect(spans(consistencySpans(4, 7))).toEqual(['4-7']); // [l]
    expect(spans(consistencySpans(6, 7))).toEqual(['4-6', '6-7', '0-4']); // [i, j, k]
    expect(naivePath(4, leaves)).toHaveLength(3);
  });
});

describe('against the recursive definitions, for trees of up to 24 leaves', () => {
  const MOST = 24;
  const leaves = Array.from({ length: MOST }, (_, n) => leaf(n));
  const { hashAt } = treeOf(leaves);

  test('roots, also from the stored subtrees, and appending to a tree taken up anew', () => {
    for (let size = 0; size <= MOST; size += 1) {
      const root = naiveRoot(leaves.slice(0, size));
      const subtrees = subtreesOf(0, size).map(hashAt);
      expect(joined(AES_GCM_SHA256, subtrees)).toEqual(root);
      const taken = new Frontier(AES_GCM_SHA256, size, subtrees);
      expect(taken.root()).toEqual(root);
      taken.append(leafHash(AES_GCM_SHA256, Buffer.from('next')));
      expect(taken.root()).toEqual(naiveRoot([...leaves.slice(0, size), Buffer.from('next')]));
    }
  });

  const sizes = Array.from({ length: MOST }, (_, n) => n + 1);
  const inclusions = sizes.flatMap((size) => Array.from({ length: size }, (_, index) => ({ size, index })));
  const pairs = sizes.flatMap((to) => sizes.filter((from) => from <= to).map((from) => ({ from, to })));

  test('inclusion: each path is the definition, holds for its leaf, and for no other leaf, place, size or root', () => {
    for (const { size, index } of inclusions) {
      const spans = inclusionSpans(index, size);
      const path = hashesOf(AES_GCM_SHA256, spans, hashAt);
      expect(path).toEqual(naivePath(index, leaves.slice(0, size)));
      expect(placesOf(spans).length).toBeLessThanOrEqual(2 * Math.ceil(Math.log2(size + 1)));
      const root = naiveRoot(leaves.slice(0, size));
      const claim = { index, size, leaf: leafHash(AES_GCM_SHA256, leaf(index)), path, root };
      expect(isIncluded(AES_GCM_SHA256, claim)).toBe(true);
      const others = [
        { leaf: leafHash(AES_GCM_SHA256, leaf(index + 1)) },
        { index: index === 0 ? size : index - 1 },
        { index: -1 },
        { path: [...path, root] },
        { path: [root, ...path].slice(0, -1), ...(path.length === 0 && { size: 2 }) },
        { root: emptyRoot(AES_GCM_SHA256) },
      ];
      for (const other of others) expect(isIncluded(AES_GCM_SHA256, { ...claim, ...other })).toBe(false);
    }
  });

  test('consistency: each proof is the definition, holds for its trees and for no others', () => {
    for (const { from, to } of pairs) {
      const [fromRoot, toRoot] = [naiveRoot(leaves.slice(0, from)), naiveRoot(leaves.slice(0, to))];
      const path = hashesOf(AES_GCM_SHA256, consistencySpans(from, to), hashAt);
      expect(path).toEqual(from < to ? naiveProof(from, leaves.slice(0, to)) : []);
      const claim = { from, to, path, fromRoot, toRoot };
      expect(isConsistent(AES_GCM_SHA256, claim)).toBe(true);
      const others = [
        { fromRoot: emptyRoot(AES_GCM_SHA256) },
        { toRoot: emptyRoot(AES_GCM_SHA256) },
        { path: [...path, toRoot] },
        { path: path.slice(1), ...(path.length === 0 && { from: from + 1 }) },
      ];
      for (const other of others) expect(isConsistent(AES_GCM_SHA256, { ...claim, ...other })).toBe(false);
    }
  });

  test('a tree begins with the empty one, and not with a larger one', () => {
    const root = naiveRoot(leaves);
    const empty = { from: 0, to: MOST, path: [], fromRoot: emptyRoot(AES_GCM_SHA256), toRoot: root };
    expect(isConsistent(AES_GCM_SHA256, empty)).toBe(true);
    expect(isConsistent(AES_GCM_SHA256, { ...empty, fromRoot: root })).toBe(false);
    expect(isConsistent(AES_GCM_SHA256, { ...empty, from: MOST + 1 })).toBe(false);
  });
});
