import { z } from 'zod';
import { MOST_POINTS } from './programme.rules.js';

const MOST_LEVELS = 20;
const MOST_BENEFITS = 50;
const MOST_RULES = 100;
const MOST_STAGES = 20;
const MOST_MONTHS = 120;
const MOST_EVENTS = 20;
const MOST_REFERRALS = 100_000;
const MOST_PER_UNIT = 10_000;

const key = z.string().regex(/^[A-Za-z]\w{0,63}$/, 'must be a key of letters, digits and _, as GOLD');
const eventName = z.string().trim().min(1).max(256);
const points = z.int().min(0).max(MOST_POINTS);

const level = z.strictObject({
  key,
  from: points,
  benefits: z.array(z.string().trim().min(1).max(256)).max(MOST_BENEFITS).default([]),
});

const levels = z
  .array(level)
  .min(1)
  .max(MOST_LEVELS)
  .superRefine((all, issues) => {
    for (const [at, { key: name, from }] of all.entries()) {
      const before = all[at - 1];
      const isRising = before ? from > before.from : from === 0;
      if (!isRising)
        issues.addIssue({
          code: 'custom',
          path: [at, 'from'],
          message: 'must rise from level to level, the first from 0',
        });
      const isNew = all.findIndex((other) => other.key === name) === at;
      if (!isNew) issues.addIssue({ code: 'custom', path: [at, 'key'], message: 'is the key of another level' });
    }
  });

const rule = (channels: readonly string[]) =>
  z
    .strictObject({
      event: eventName,
      points: points.default(0),
      perUnit: z.number().min(0).max(MOST_PER_UNIT).default(0),
      channels: z.array(z.enum(channels)).default([]),
      since: z.iso.datetime({ offset: true, error: 'must be an instant in ISO 8601, as 2026-03-01T00:00:00+08:00' }),
    })
    .refine((one) => one.points > 0 || one.perUnit > 0, 'must earn something: points or perUnit');

const stage = z.strictObject({
  key,
  event: eventName.nullable().default(null),
  referrer: points.default(0),
  referee: points.default(0),
});

const stages = z
  .array(stage)
  .max(MOST_STAGES)
  .superRefine((all, issues) => {
    for (const [at, one] of all.entries())
      if (all.findIndex((other) => other.key === one.key) !== at)
        issues.addIssue({ code: 'custom', path: [at, 'key'], message: 'is the key of another stage' });
  });

/** The shape of the setting `loyalty`; `channels` are those that rules may name. */
export function programmeShape(channels: readonly string[]): z.ZodType {
  return z
    .strictObject({
      levels,
      expiryMonths: z.int().min(1).max(MOST_MONTHS).nullable(),
      rules: z.array(rule(channels)).max(MOST_RULES),
      refundEvents: z.array(eventName).max(MOST_EVENTS),
      referralStages: stages,
      mostReferrals: z.int().min(1).max(MOST_REFERRALS),
    })
    .partial();
}
