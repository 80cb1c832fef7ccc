import { COMPARISONS } from './comparisons.rules.js';
import { RecordGroups } from './group-evidence.js';
import { weightsOf } from './level-weights.js';
import { type GradeOf, withoutDefaults } from './match-explanation.rules.js';
import type { MatchModel } from './match-model.js';
import type { MatchSchema } from './match-schema.js';
import { FrequencyBits } from './packed-frequencies.js';
import { PackedRecords } from './packed-records.js';
import { packedComparison } from './pair-levels.js';
import type { PreparedRecord } from './prepared-record.rules.js';

/** Judges groups of these records by a stored model; nodes are the records' places. */
export function judgeOfRecords(
  schema: MatchSchema,
  model: MatchModel,
  given: readonly PreparedRecord[],
  gradeOf: GradeOf,
): RecordGroups {
  const records = new PackedRecords(schema);
  for (const record of given) records.add(withoutDefaults(record, model));
  const comparison = packedComparison(records, gradesBy(records, gradeOf));
  const frequencies = FrequencyBits.of(model, records, comparison);
  return new RecordGroups(schema, comparison, weightsOf(model), frequencies);
}

function gradesBy(records: PackedRecords, gradeOf: GradeOf): (Uint8Array | null)[] {
  return records.schema.fields.map((field, at) => {
    if (!COMPARISONS[field.kind].isIdentifying) return null;
    const values = records.fields[at]?.values ?? [];
    return Uint8Array.from(values, (value) => (value ? gradeOf(field, value) : 0));
  });
}
