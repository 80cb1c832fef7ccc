import { boundOf, visitBlockingKeys } from './blocking.rules.js';
import { hashOfParts } from './hashing.js';
import { type PackedNumbers, packedDoubles } from './packed-numbers.js';
import type { PackedRecords } from './packed-records.js';

const EXACT_BITS = 53;

/** Pairs of records that share a block: the lower record, then the higher, each pair once, in order. */
export interface CandidatePairs {
  readonly left: Int32Array;
  readonly right: Int32Array;
}

/** All pairs of records that share a blocking key whose block is within its bound. */
export function candidatePairs(records: PackedRecords): CandidatePairs {
  const pairs = packedDoubles();
  for (const [rule, keys] of keysByRule(records)) addPairs(pairs, keys.view().sort(), records.size, boundOf(rule));
  return distinctPairs(pairs.view().sort(), records.size);
}

/** A key and its record in one exact double: the key's hash, then the record; who shares a hash by chance is only compared in vain. */
function keysByRule(records: PackedRecords): Map<string, PackedNumbers<Float64Array>> {
  const rules = new Map<string, PackedNumbers<Float64Array>>();
  const size = records.size;
  const hashes = Math.floor(2 ** EXACT_BITS / Math.max(1, size));
  let at = 0;
  const keep = (rule: string, part: string, other?: string) => {
    const keys = rules.get(rule) ?? packedDoubles();
    if (keys.length === 0) rules.set(rule, keys);
    keys.push((hashOfParts(part, other) % hashes) * size + at);
  };
  for (; at < size; at++) visitBlockingKeys(records.schema, records.record(at), keep);
  return rules;
}

function addPairs(pairs: PackedNumbers<Float64Array>, keys: Float64Array, size: number, bound: number): void {
  for (let start = 0; start < keys.length; ) {
    const key = Math.floor((keys[start] ?? 0) / size);
    let end = start + 1;
    while (end < keys.length && Math.floor((keys[end] ?? 0) / size) === key) end++;
    if (end - start <= bound) addBlock(pairs, keys.subarray(start, end), size);
    start = end;
  }
}

function addBlock(pairs: PackedNumbers<Float64Array>, block: Float64Array, size: number): void {
  for (let one = 0; one < block.length; one++) {
    const left = (block[one] ?? 0) % size;
    for (let other = one + 1; other < block.length; other++) {
      const right = (block[other] ?? 0) % size;
      if (left !== right) pairs.push(left * size + right);
    }
  }
}

function distinctPairs(sorted: Float64Array, size: number): CandidatePairs {
  let count = 0;
  for (let at = 0; at < sorted.length; at++) if (at === 0 || sorted[at] !== sorted[at - 1]) count++;
  const [left, right] = [new Int32Array(count), new Int32Array(count)];
  let next = 0;
  for (let at = 0; at < sorted.length; at++) {
    if (at > 0 && sorted[at] === sorted[at - 1]) continue;
    left[next] = Math.floor((sorted[at] ?? 0) / size);
    right[next++] = (sorted[at] ?? 0) % size;
  }
  return { left, right };
}
