import { badInput } from '../platform/errors.js';
import type { Calendar } from '../rules/calendar.rules.js';

/** Time zones differ by whole quarters of an hour: a count by quarters tells any zone's days. */
export const SLOT_MS = 900_000;
/** A history has so many days at most. */
export const MOST_DAYS = 92;
/** And begins at most so long ago. */
const OLDEST_DAYS = 400;
const MILLISECONDS_PER_DAY = 86_400_000;

/** How many entered, or left, in a quarter of an hour, counted from 1970. */
export interface SlotCount {
  readonly slot: number;
  readonly entered: boolean;
  readonly count: number;
}

/** One day of a segment. */
export interface DaySize {
  /** `2026-03-01`, of the tenant's time zone. */
  readonly day: string;
  /** At the end of the day; of today, now. */
  readonly size: number;
  readonly entered: number;
  readonly exited: number;
}

/** First and last day asked for, as days of a calendar; the last one is today at most. BAD_USER_INPUT where they do not fit. */
export function askedDays(range: { readonly from: Date; readonly to: Date }, now: Date, { dayOf }: Calendar) {
  const today = dayOf(now.getTime());
  const first = dayOf(range.from.getTime());
  const last = Math.min(today, dayOf(range.to.getTime() - 1));
  if (range.from >= range.to) throw badInput('range.to', 'must come after range.from');
  if (first > today) throw badInput('range.from', 'must not be in the future');
  if (first < today - OLDEST_DAYS) throw badInput('range.from', `must be at most ${OLDEST_DAYS} days ago`);
  if (last - first >= MOST_DAYS) throw badInput('range', `must be at most ${MOST_DAYS} days`);
  return { first, last, today };
}

/**
 * The days from `first` to `last` out of the size now and of all that entered and left since: a day's size is that of the
 * day after, less who entered then, plus who left.
 */
export function sizesByDay(
  sizeNow: number,
  slots: readonly SlotCount[],
  { first, last, today }: ReturnType<typeof askedDays>,
  { dayOf }: Calendar,
): DaySize[] {
  const turns = new Map<number, { entered: number; exited: number }>();
  for (const { slot, entered, count } of slots) {
    const day = dayOf(slot * SLOT_MS);
    const own = turns.get(day) ?? { entered: 0, exited: 0 };
    own[entered ? 'entered' : 'exited'] += count;
    turns.set(day, own);
  }
  const days: DaySize[] = [];
  let size = sizeNow;
  for (let day = today; day >= first; day -= 1) {
    const { entered, exited } = turns.get(day) ?? { entered: 0, exited: 0 };
    if (day <= last) days.unshift({ day: nameOf(day), size, entered, exited });
    size = size - entered + exited;
  }
  return days;
}

function nameOf(day: number): string {
  return new Date(day * MILLISECONDS_PER_DAY).toISOString().slice(0, 10);
}
