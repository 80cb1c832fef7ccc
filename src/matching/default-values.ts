import type { Birthday } from '../comparing/birthday.rules.js';
import { isDefaultBirthday } from '../comparing/default-birthday.rules.js';
import type { PackedField, PackedRecords } from './packed-records.js';

/** Drops the values that stand for `not known`, and tells which they are, by field. */
export function forgetDefaults(records: PackedRecords): string[][] {
  return records.schema.fields.map(({ kind }, at) => {
    const field = records.fields[at];
    if (kind !== 'birthday' || !field) return [];
    const places = defaultBirthdays(field, records.size);
    field.forget(new Set(places));
    return places.map((place) => field.values[place]?.key ?? '');
  });
}

function defaultBirthdays(field: PackedField, records: number): number[] {
  const places: number[] = [];
  field.counts().forEach((count, place) => {
    const value = field.values[place] as Birthday | undefined;
    if (value && isDefaultBirthday(value, count, records)) places.push(place);
  });
  return places;
}
