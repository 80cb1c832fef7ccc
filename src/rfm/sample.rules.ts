import type { Measured } from './scores.rules.js';

/** A customer drawn: their place in a random order, and what was measured of them. */
export interface Drawn extends Measured {
  /** 0 to 2^32 - 1, made of the id: the lower half of any range is a random half. */
  readonly place: number;
}

/** All customers up to so many; of more, those with the lowest places. */
export const MOST_DRAWN = 3_500;
const BYTES = 24;

/** A customer's place in a random order: FNV-1a (Fowler, Noll, Vo) of the id, its bits then mixed as MurmurHash3 ends. */
export function placeOfCustomer(id: string): number {
  let hash = 0x811c9dc5;
  for (const character of id) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

/** A sample with more customers in it: the same whatever order they come in. */
export function drawn(before: readonly Drawn[], more: readonly Drawn[]): Drawn[] {
  const all = [...before, ...more];
  if (all.length <= MOST_DRAWN) return all;
  return all.sort((a, b) => a.place - b.place || a.monetary - b.monetary).slice(0, MOST_DRAWN);
}

/** A sample as text, for a checkpoint: 24 bytes a customer, so at most 112,000 characters. */
export function packSample(sample: readonly Drawn[]): string {
  const bytes = Buffer.alloc(sample.length * BYTES);
  for (const [n, { place, recencyDays, frequency, monetary }] of sample.entries()) {
    bytes.writeUInt32LE(place, n * BYTES);
    bytes.writeInt32LE(recencyDays, n * BYTES + 4);
    bytes.writeDoubleLE(frequency, n * BYTES + 8);
    bytes.writeDoubleLE(monetary, n * BYTES + 16);
  }
  return bytes.toString('base64');
}

/** A sample that was packed. */
export function unpackSample(text: string): Drawn[] {
  const bytes = Buffer.from(text, 'base64');
  return Array.from({ length: bytes.length / BYTES }, (_, n) => ({
    place: bytes.readUInt32LE(n * BYTES),
    recencyDays: bytes.readInt32LE(n * BYTES + 4),
    frequency: bytes.readDoubleLE(n * BYTES + 8),
    monetary: bytes.readDoubleLE(n * BYTES + 16),
  }));
}
