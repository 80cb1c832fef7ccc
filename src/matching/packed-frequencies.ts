import type { MatchModel } from './match-model.js';
import { doubleAt, integerAt } from './packed-numbers.js';
import type { PackedRecords } from './packed-records.js';
import type { PackedComparison } from './pair-levels.js';
import { bitsOfValue } from './term-frequencies.rules.js';

/** Bits to add because two records have the very same value, more for a rare one. */
export class FrequencyBits {
  private constructor(private readonly tables: readonly (Float64Array | null)[]) {}

  /** Those of all values of packed records, by a model's frequencies. */
  static of(model: MatchModel, records: PackedRecords, { withItself }: PackedComparison): FrequencyBits {
    const tables = model.fields.map(({ frequencies }, field) => {
      if (frequencies === null) return null;
      const values = records.fields[field]?.values ?? [];
      return Float64Array.from(values, (value, place) =>
        value !== undefined && withItself[field]?.[place] === 1 ? bitsOfValue(frequencies, value.key) : 0,
      );
    });
    return new FrequencyBits(tables);
  }

  /** Of a value, by its place in the field. */
  ofValue(field: number, place: number): number {
    const table = this.tables[field];
    return table ? doubleAt(table, place) : 0;
  }

  /** Of all values that two records share. */
  ofPair(columns: readonly Int32Array[], left: number, right: number): number {
    let bits = 0;
    for (let field = 0; field < columns.length; field++) {
      const [table, column] = [this.tables[field], columns[field]];
      if (!table || !column) continue;
      const place = integerAt(column, left);
      if (place === integerAt(column, right)) bits += doubleAt(table, place);
    }
    return bits;
  }
}
