import { z } from 'zod';
import { lifecycleOf } from './lifecycle-settings.js';
import { LifecycleStage } from './lifecycle-stage.js';

const MOST_DAYS = 3_650;
const MOST_NAMES = 100;
const MOST_MOVES = 100;

const days = z.int().min(1).max(MOST_DAYS);
const name = z
  .string()
  .trim()
  .regex(/^[^*]{1,256}\*?$/, 'must be the name of an event, * at its end alone');
const names = z.array(name).min(1).max(MOST_NAMES);

const move = z.strictObject({
  events: names,
  from: z.array(z.enum(LifecycleStage)).max(Object.keys(LifecycleStage).length).default([]),
  to: z.enum(LifecycleStage),
  hasBought: z.boolean().nullable().default(null),
});

/** The shape of the setting `lifecycle`. */
export const lifecycleShape: z.ZodType = z
  .strictObject({
    silentDays: days,
    churnedDays: days,
    returnedDays: days,
    purchases: names,
    moves: z.array(move).max(MOST_MOVES),
  })
  .partial()
  .refine((chosen) => lifecycleOf(chosen).churnedDays >= lifecycleOf(chosen).silentDays, {
    path: ['churnedDays'],
    message: 'must not come before silentDays',
  });
