import { setTimeout as delay } from 'node:timers/promises';

const RETRY_MS = 50;

/** Asks until the answer holds; fails with the last one where that takes longer than the limit. */
export async function eventually<T>(
  ask: () => Promise<T>,
  holds: (answer: T) => boolean,
  limitMs = 60_000,
): Promise<T> {
  for (const until = Date.now() + limitMs; ; await delay(RETRY_MS)) {
    const answer = await ask();
    if (holds(answer)) return answer;
    if (Date.now() > until) throw new Error(`Not within ${limitMs} ms; the last answer was ${JSON.stringify(answer)}.`);
  }
}
