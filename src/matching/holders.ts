import type { PersonName } from '../comparing/person-name.rules.js';
import { COMPARISONS, gradeOfHolders } from './comparisons.rules.js';
import type { MatchSchema } from './match-schema.js';
import type { PackedRecords } from './packed-records.js';

/** What tells of who a record's person is: numbers that stand for a full name and for a birthday, 0 where not known. */
export interface PersonEvidence {
  readonly names: Int32Array;
  readonly birthdays: Int32Array;
}

/** The evidence of all records. */
function evidenceOf(records: PackedRecords): PersonEvidence {
  return { names: nameNumbers(records), birthdays: birthdayNumbers(records) };
}

function fieldOf(records: PackedRecords, kind: MatchSchema['fields'][number]['kind']) {
  const at = records.schema.fields.findIndex((field) => field.kind === kind);
  return at < 0 ? undefined : records.fields[at];
}

function nameNumbers(records: PackedRecords): Int32Array {
  const numbers = new Int32Array(records.size);
  const known = new Map<string, number>();
  const [whole, given, family] = (['personName', 'givenName', 'familyName'] as const).map((kind) =>
    fieldOf(records, kind),
  );
  for (let at = 0; at < records.size; at++) {
    const sound = whole
      ? (whole.valueOf(at) as PersonName | undefined)?.sounds[0]
      : soundOfBoth(given?.valueOf(at)?.key, family?.valueOf(at)?.key);
    if (sound === undefined) continue;
    const number = known.get(sound) ?? known.size + 1;
    known.set(sound, number);
    numbers[at] = number;
  }
  return numbers;
}

function soundOfBoth(given: string | undefined, family: string | undefined): string | undefined {
  return given === undefined || family === undefined ? undefined : [given, family].sort().join(' ');
}

function birthdayNumbers(records: PackedRecords): Int32Array {
  const field = fieldOf(records, 'birthday');
  if (!field) return new Int32Array(records.size);
  return field.records.map((place) => (field.values[place]?.key.startsWith('-') ? 0 : place));
}

/**
 * How many different people hold a value, by the names and birthdays of its holders: who shares a name or a birthday
 * with another is the same person; those with only a name may be those with only a birthday.
 */
export function personsAmong(holders: Int32Array, { names, birthdays }: PersonEvidence): number {
  const groups = new Map<number, number>();
  const find = (key: number): number => {
    let root = key;
    for (let up = groups.get(root); up !== undefined && up !== root; up = groups.get(root)) root = up;
    return root;
  };
  const touch = (key: number) => {
    if (!groups.has(key)) groups.set(key, key);
    return find(key);
  };
  for (const holder of holders) {
    const [name, birthday] = [names[holder] ?? 0, -(birthdays[holder] ?? 0)];
    if (name !== 0 && birthday !== 0) groups.set(touch(name), touch(birthday));
    else if (name !== 0 || birthday !== 0) touch(name + birthday);
  }
  return countGroups(groups, find);
}

function countGroups(groups: ReadonlyMap<number, number>, find: (key: number) => number): number {
  const sides = new Map<number, number>();
  for (const key of groups.keys()) sides.set(find(key), (sides.get(find(key)) ?? 0) | (key > 0 ? 1 : 2));
  const count = [0, 0, 0, 0];
  for (const side of sides.values()) count[side] = (count[side] ?? 0) + 1;
  return (count[3] ?? 0) + Math.max(count[1] ?? 0, count[2] ?? 0);
}

/** By field, the grade of each value; null where its values identify nobody. */
export function gradesOfRecords(records: PackedRecords): (Uint8Array | null)[] {
  const evidence = evidenceOf(records);
  return records.schema.fields.map(({ kind }, at) => {
    const field = records.fields[at];
    if (!COMPARISONS[kind].isIdentifying || !field) return null;
    return gradesOf(field.records, field.values.length, evidence);
  });
}

/** The grade of each value of an identifying field, by how many people hold it. */
function gradesOf(column: Int32Array, values: number, evidence: PersonEvidence): Uint8Array {
  const grades = new Uint8Array(values);
  forEachHolders(column, values, (place, holders) => {
    if (place > 0 && holders.length > 1) grades[place] = gradeOfHolders(personsAmong(holders, evidence));
  });
  return grades;
}

function forEachHolders(column: Int32Array, values: number, visit: (place: number, holders: Int32Array) => void): void {
  const starts = new Int32Array(values + 1);
  for (const place of column) starts[place + 1] = (starts[place + 1] ?? 0) + 1;
  for (let at = 0; at < values; at++) starts[at + 1] = (starts[at + 1] ?? 0) + (starts[at] ?? 0);
  const next = starts.slice();
  const order = new Int32Array(column.length);
  column.forEach((place, record) => {
    const at = next[place] ?? 0;
    order[at] = record;
    next[place] = at + 1;
  });
  for (let place = 0; place < values; place++) visit(place, order.subarray(starts[place], starts[place + 1]));
}
