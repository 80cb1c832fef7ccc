import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from './errors.js';

const MOST_ATTEMPTS = 40;
const FIRST_PAUSE_MS = 25;
const LONGEST_PAUSE_MS = 400;

/**
 * Repeats `attempt` (numbered from 0), which writes where nobody else wrote meanwhile, until it returns true; between
 * two attempts is a random pause, longer each time, so that writers who met do not meet again. SERVICE_UNAVAILABLE after 40 of them.
 */
export async function untilWritten(what: string, attempt: (number: number) => Promise<boolean>): Promise<void> {
  for (let number = 0; number < MOST_ATTEMPTS; number += 1) {
    if (number > 0) await delay(Math.random() * Math.min(FIRST_PAUSE_MS * number, LONGEST_PAUSE_MS));
    if (await attempt(number)) return;
  }
  throw new AppError('SERVICE_UNAVAILABLE', `These ${what} are being written by too many at once; try again.`);
}
