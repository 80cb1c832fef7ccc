import { z } from 'zod';

const MOST_CONTACTS = 100;
const MOST_DAYS = 366;
const MOST_TIERS = 20;

const cap = z.strictObject({ most: z.int().min(0).max(MOST_CONTACTS), days: z.int().min(1).max(MOST_DAYS) });
const timeOfDay = z.string().regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'must be a time of day, as 21:00');

/** What a tenant may decide of contacts. */
export const contactCareShape = z
  .strictObject({
    caps: z
      .record(z.string().regex(/^[A-Za-z]\w{0,63}$/, 'must be the key of a tier, as HIGH_VALUE'), cap)
      .refine((caps) => Object.keys(caps).length <= MOST_TIERS, `may have at most ${MOST_TIERS} tiers`),
    otherwise: cap,
    quietHours: z
      .strictObject({ from: timeOfDay, to: timeOfDay })
      .refine(({ from, to }) => from !== to, 'must begin and end at different times')
      .nullable(),
    preferenceTrait: z.string().regex(/^[A-Za-z]\w{0,63}$/, 'must be the name of a trait'),
  })
  .partial();
