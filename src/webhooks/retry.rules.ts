/** After so many attempts a delivery has failed: the last is about three days after the first. */
export const MOST_ATTEMPTS = 10;

const FIRST_PAUSE_MS = 5_000;
const GROWTH = 5;
const LONGEST_PAUSE_MS = 86_400_000;
const JITTER = 0.2;

/**
 * Milliseconds until the next attempt, after so many: 5 s, 25 s, 2 min, 10 min, 52 min, 4.3 h, 22 h and then a day, each a
 * fifth longer or shorter by chance (`random`, 0 to 1), and at least what the receiver asks for, a day at most. Undefined
 * where there is to be none.
 */
export function pauseAfter(attempts: number, random: number, askedMs: number | null = null): number | undefined {
  if (attempts >= MOST_ATTEMPTS) return undefined;
  const usual = Math.min(FIRST_PAUSE_MS * GROWTH ** Math.max(0, attempts - 1), LONGEST_PAUSE_MS);
  const spread = usual * (1 + JITTER * (2 * random - 1));
  return Math.round(Math.max(spread, Math.min(askedMs ?? 0, LONGEST_PAUSE_MS)));
}

/** What `Retry-After` asks for in milliseconds: seconds, or a date; null where it says neither. */
export function askedPause(retryAfter: string | undefined, now: Date): number | null {
  if (retryAfter === undefined) return null;
  if (/^\d{1,9}$/.test(retryAfter)) return Number(retryAfter) * 1_000;
  const until = Date.parse(retryAfter);
  return Number.isNaN(until) ? null : Math.max(0, until - now.getTime());
}
