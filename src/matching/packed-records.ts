import type { ReadValue } from './comparisons.rules.js';
import { COMPARISONS } from './comparisons.rules.js';
import { hashOfText } from './hashing.js';
import type { MatchSchema } from './match-schema.js';
import { byteAt, type PackedNumbers, packedIntegers } from './packed-numbers.js';
import type { PreparedRecord } from './prepared-record.rules.js';

const LEAST_SLOTS = 1024;

/** One field of all records: each distinct value once, and which of them a record has. */
export class PackedField {
  /** Place 0 of the values stands for no value. */
  constructor(
    readonly values: (ReadValue | undefined)[] = [undefined],
    private slots = new Int32Array(LEAST_SLOTS),
  ) {}

  private readonly column: PackedNumbers<Int32Array> = packedIntegers();

  add(value: ReadValue | undefined): void {
    this.column.push(value === undefined ? 0 : this.placeOf(value));
  }

  /** The place of each record's value. */
  get records(): Int32Array {
    return this.column.view();
  }

  /** The value of a record. */
  valueOf(record: number): ReadValue | undefined {
    return this.values[this.column.at(record)];
  }

  /** How many records have each value. */
  counts(): Int32Array {
    const counts = new Int32Array(this.values.length);
    for (const place of this.records) counts[place] = (counts[place] ?? 0) + 1;
    return counts;
  }

  /** The same values, of some of the records. */
  only(kept: Int32Array): PackedField {
    const field = new PackedField(this.values, this.slots);
    for (const record of kept) field.column.push(this.column.at(record));
    return field;
  }

  /** Drops a value: its records have none from now on. */
  forget(places: ReadonlySet<number>): void {
    const records = this.records;
    for (let at = 0; at < records.length; at++) if (places.has(records[at] ?? 0)) records[at] = 0;
  }

  /** Open addressing over the values themselves: a Map of its own would hold every key twice. */
  private placeOf(value: ReadValue): number {
    const { slots, values } = this;
    let slot = hashOfText(value.key) & (slots.length - 1);
    for (let place = slots[slot] ?? 0; place !== 0; place = slots[slot] ?? 0) {
      if (values[place]?.key === value.key) return place;
      slot = (slot + 1) & (slots.length - 1);
    }
    slots[slot] = values.push(value) - 1;
    if (values.length * 2 > slots.length) this.widen();
    return values.length - 1;
  }

  private widen(): void {
    const slots = new Int32Array(this.slots.length * 2);
    for (let place = 1; place < this.values.length; place++) {
      let slot = hashOfText(this.values[place]?.key ?? '') & (slots.length - 1);
      while (slots[slot] !== 0) slot = (slot + 1) & (slots.length - 1);
      slots[slot] = place;
    }
    this.slots = slots;
  }
}

/** Records of a schema in little memory. */
export class PackedRecords {
  constructor(
    readonly schema: MatchSchema,
    readonly fields: readonly PackedField[] = schema.fields.map(() => new PackedField()),
    private added = 0,
  ) {}

  get size(): number {
    return this.added;
  }

  add(record: PreparedRecord): void {
    this.fields.forEach((field, at) => {
      field.add(record[at]);
    });
    this.added++;
  }

  /** The same records in another order, values numbered as they first come, so that nothing is left of the order they were added in. */
  inOrder(order: Int32Array): PackedRecords {
    if (order.every((record, at) => record === at)) return this;
    const sorted = new PackedRecords(this.schema);
    for (const at of order) sorted.add(this.record(at));
    return sorted;
  }

  /** Some of the records, with the same values. */
  only(kept: Int32Array): PackedRecords {
    const fields = this.fields.map((field) => field.only(kept));
    return new PackedRecords(this.schema, fields, kept.length);
  }

  /** A record as it was added. */
  record(at: number): PreparedRecord {
    return this.fields.map((field) => field.valueOf(at));
  }
}

/** The place of the level of a comparison, from 1; 0 where two values are not comparable. */
export type LevelOf = (left: number, right: number) => number;

/** What compares values of a packed field by their places; `grades` are the grades of identifying values. */
export function levelsOfField(
  kind: MatchSchema['fields'][number]['kind'],
  field: PackedField,
  grades: Uint8Array | null,
): LevelOf {
  const { levels, likeness } = COMPARISONS[kind];
  const places = new Map(levels.map((level, at) => [level, at + 1]));
  return (left, right) => {
    const [one, other] = [field.values[left], field.values[right]];
    if (one === undefined || other === undefined) return 0; // place 0
    const level = places.get(likeness(one, other) ?? '') ?? 0;
    return level === 1 && grades !== null ? 1 + byteAt(grades, left) : level;
  };
}

/** The level of each value of a field with itself: a name that is known whole agrees more than a family name alone. */
export function levelsWithItself(field: PackedField, levelOf: LevelOf): Uint8Array {
  return Uint8Array.from(field.values, (_, place) => levelOf(place, place));
}
