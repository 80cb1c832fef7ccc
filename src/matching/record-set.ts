import { forgetDefaults } from './default-values.js';
import { columnsOf, type MatchSchema } from './match-schema.js';
import { PackedRecords } from './packed-records.js';
import { type RecordReader, recordReader } from './prepared-record.rules.js';
import { type DistinctRecords, withoutRepeats } from './repeated-records.js';

/** Records by their ids, without repeats: nothing is left of the order they were added in. */
export interface ArrangedRecords extends DistinctRecords {
  /** Of each place, the number of the record that was added. */
  readonly order: Int32Array;
  /** By field, the values that stand for `not known`, which no record has any more. */
  readonly defaults: readonly (readonly string[])[];
}

/** Records of a schema under ids of the caller's: all are added, then arranged once. */
export class RecordSet {
  readonly ids: string[] = [];
  private readonly width: number;
  private readonly reader: RecordReader;
  private readonly records: PackedRecords;

  constructor(schema: MatchSchema) {
    this.width = columnsOf(schema).length;
    this.reader = recordReader(schema);
    this.records = new PackedRecords(schema);
  }

  /** Takes a record: the values of `columnsOf(schema)` in that order, '' where missing. Ids are unique. */
  add(id: string, values: readonly string[]): void {
    if (values.length !== this.width) throw new RangeError(`A record has ${this.width} values, not ${values.length}.`);
    this.ids.push(id);
    this.records.add(this.reader.read(values));
  }

  /** The records as they are compared. */
  arranged(): ArrangedRecords {
    const order = orderOf(this.ids);
    const records = this.records.inOrder(order);
    const defaults = forgetDefaults(records);
    return { order, defaults, ...withoutRepeats(records) };
  }
}

/** The records by their ids: what they are decided in doesn't depend on how they came. */
function orderOf(ids: readonly string[]): Int32Array {
  const order = Int32Array.from(ids, (_, at) => at);
  return order.sort((one, other) => compareIds(ids[one] ?? '', ids[other] ?? '') || one - other);
}

function compareIds(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
