import { integerAt, packedIntegers } from './packed-numbers.js';
import type { PackedRecords } from './packed-records.js';

const { imul } = Math;

/** Records without those that repeat another in every field. */
export interface DistinctRecords {
  readonly distinct: PackedRecords;
  /** Of each record, the place among the distinct ones of the one it is or repeats. */
  readonly sameAs: Int32Array;
}

/** Leaves out what repeats an earlier record, which no block need hold: a file of one row a thousand times is one record. */
export function withoutRepeats(records: PackedRecords): DistinctRecords {
  const columns = records.fields.map((field) => field.records);
  const firsts = packedIntegers();
  const sameAs = new Int32Array(records.size);
  const known = new Map<number, number>();
  for (let record = 0; record < records.size; record++) {
    const hash = hashOf(columns, record);
    const place = known.get(hash);
    if (place !== undefined && isRepeat(columns, record, firsts.at(place))) {
      sameAs[record] = place;
      continue;
    }
    if (place === undefined) known.set(hash, firsts.length); // who shares a hash by chance is distinct
    sameAs[record] = firsts.length;
    firsts.push(record);
  }
  return { distinct: firsts.length === records.size ? records : records.only(firsts.view()), sameAs };
}

function hashOf(columns: readonly Int32Array[], record: number): number {
  let hash = 0x811c9dc5;
  for (const column of columns) {
    hash = imul(hash ^ integerAt(column, record), 0x01000193);
    hash = imul(hash ^ (hash >>> 15), 0x2c1b3c6d);
  }
  return hash;
}

function isRepeat(columns: readonly Int32Array[], record: number, first: number): boolean {
  return columns.every((column) => column[record] === column[first]);
}

/** The cluster of each record from those of the distinct ones; what repeats a record that tells too little stays alone. */
export function repeated(clusterOf: Int32Array, sameAs: Int32Array, isTelling: (place: number) => boolean): Int32Array {
  const firsts = new Int32Array(clusterOf.length).fill(-1);
  const telling = new Map<number, boolean>();
  const clusters = new Int32Array(sameAs.length);
  sameAs.forEach((place, record) => {
    const isFirst = firsts[place] === -1;
    if (isFirst) firsts[place] = record;
    else if (!telling.has(place)) telling.set(place, isTelling(place));
    clusters[record] = isFirst || telling.get(place) ? integerAt(firsts, integerAt(clusterOf, place)) : record;
  });
  return clusters;
}
