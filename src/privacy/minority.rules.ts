import { parseInstant } from '../ingestion/normalise.rules.js';

const AGE_OF_OWN_CONSENT = 14;

/**
 * When a person begins to speak for themselves: midnight at the beginning of the 14th birthday in a time zone (IANA).
 * Who was born on 29 February has it on 1 March. Undefined where no birthday is known: then nobody is taken for a child.
 */
export function majorityOf(birthday: string | null, timeZone: string): Date | undefined {
  const [, year, month, day] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(birthday ?? '') ?? [];
  if (year === undefined) return undefined;
  // Date.UTC carries 29 February over to 1 March
  const date = new Date(Date.UTC(Number(year) + AGE_OF_OWN_CONSENT, Number(month) - 1, Number(day)));
  return parseInstant(`${date.toISOString().slice(0, 10)}T00:00:00`, timeZone);
}
