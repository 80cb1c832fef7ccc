import { type BlockingKey, blockingKeysOf } from './blocking.rules.js';
import { explainMatch, type GradeOf, type PairExplanation } from './match-explanation.rules.js';
import type { MatchModel } from './match-model.js';
import { columnsOf, type MatchSchema } from './match-schema.js';
import { type PreparedRecord, type RecordReader, recordReader } from './prepared-record.rules.js';

/** Matches single records, as they come in: reads one, names the keys it is found by, and weighs two by a stored model. */
export class RecordPairs {
  private readonly columns: readonly string[];
  private readonly reader: RecordReader;

  constructor(private readonly schema: MatchSchema) {
    this.columns = columnsOf(schema);
    this.reader = recordReader(schema);
  }

  /** A record from its values by column; those that are missing or not in the schema don't count. */
  prepare(values: Readonly<Record<string, string | undefined>>): PreparedRecord {
    return this.reader.read(
      this.columns.map((column) => (Object.hasOwn(values, column) ? (values[column] ?? '') : '')),
    );
  }

  /** The keys it is found by; a block of more records than `boundOf(rule)` contributes nothing. */
  blockingKeysOf(record: PreparedRecord): BlockingKey[] {
    return blockingKeysOf(this.schema, record);
  }

  /** Why two may be one person; `gradeOf` tells how many people hold an identifier. */
  explain(model: MatchModel, left: PreparedRecord, right: PreparedRecord, gradeOf: GradeOf): PairExplanation {
    return explainMatch(this.schema, model, left, right, gradeOf);
  }
}
