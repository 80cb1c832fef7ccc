import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from './errors.js';

const MOST_ATTEMPTS = 40;
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 400;
const LONGEST_WAIT_MS = 2_000;

/**
 * Repeats `attempt` (numbered from 0), which writes where nobody else wrote meanwhile, until it returns true; between
 * two attempts is a random pause, longer each time and where attempts take long, so that writers who met do not meet again.
 * SERVICE_UNAVAILABLE after 40 of them.
 */
export async function untilWritten(what: string, attempt: (number: number) => Promise<boolean>): Promise<void> {
  let took = 0;
  for (let number = 0; number < MOST_ATTEMPTS; number += 1) {
    const pause = Math.max(Math.min(FIRST_PAUSE_MS * number, LONGEST_PAUSE_MS), Math.min(took, LONGEST_WAIT_MS));
    if (number > 0) await delay(Math.random() * pause);
    const started = performance.now();
    if (await attempt(number)) return;
    took = performance.now() - started;
  }
  throw new AppError('SERVICE_UNAVAILABLE', `These ${what} are being written by too many at once; try again.`);
}
