import { z } from 'zod';
import { rfmOf, tierKeysOf } from './rfm-settings.js';

const BEST = 5;
const MOST_MONTHS = 120;
const MOST_NAMES = 100;
const MOST_TIERS = 100;

const names = z.array(z.string().trim().min(1).max(256)).max(MOST_NAMES);
const key = z.string().regex(/^[A-Za-z]\w{0,63}$/, 'must be a key of letters, digits and _, as HIGH_VALUE');
const score = z.int().min(1).max(BEST);
const range = z
  .strictObject({ min: score.default(1), max: score.default(BEST) })
  .refine(({ min, max }) => min <= max, 'must not have min above max');
const months = z.int().min(1).max(MOST_MONTHS);

const tier = z.strictObject({ key, r: range.optional(), f: range.optional(), m: range.optional() });

/** The shape of the setting `rfm`. */
export const rfmShape: z.ZodType = z
  .strictObject({
    orderEvents: names.min(1),
    refundEvents: names,
    tiers: z.array(tier).max(MOST_TIERS),
    baseTier: key,
    baseAfterMonths: months.nullable(),
    highTier: key,
    careAfterMonths: months,
  })
  .partial()
  .refine((chosen) => tierKeysOf(rfmOf(chosen)).includes(rfmOf(chosen).highTier), {
    path: ['highTier'],
    message: 'must be the key of one of the tiers',
  });
