import { askedPause, pauseAfter } from './retry.rules.js';

/** What an attempt came to. */
export type AttemptResult =
  | { readonly status: number; readonly retryAfter: string | undefined }
  | { readonly fault: string };

/** What is done about it. */
export interface Verdict {
  readonly state: 'DELIVERED' | 'PENDING' | 'FAILED';
  /** Milliseconds until the next attempt; null where there is none. */
  readonly pauseMs: number | null;
  readonly statusCode: number | null;
  readonly fault: string | null;
  /** The receiver wants nothing more, ever. */
  readonly isGone: boolean;
  /** The receiver is in trouble: what else there is for it waits a while. */
  readonly isHeldUp: boolean;
}

const GONE = 410;
/** Too many requests; a gateway whose server does not answer; no service. */
const HOLDING_UP: ReadonlySet<number> = new Set([429, 502, 503, 504]);

/**
 * What follows from the so-manieth attempt (Standard Webhooks 1.0.0, delivery success and failure): 200 to 299 is
 * delivered, 410 ends it, and anything else is tried again as long as there are attempts left.
 */
export function verdictOf(result: AttemptResult, attempts: number, now: Date, random: number): Verdict {
  if ('fault' in result) {
    const pauseMs = pauseAfter(attempts, random) ?? null;
    return { ...unlessOver(pauseMs), statusCode: null, fault: result.fault, isGone: false, isHeldUp: true };
  }
  const { status, retryAfter } = result;
  const told = { statusCode: status, isGone: status === GONE, isHeldUp: HOLDING_UP.has(status) };
  if (status >= 200 && status < 300) return { ...told, state: 'DELIVERED', pauseMs: null, fault: null };
  const pauseMs = told.isGone ? null : (pauseAfter(attempts, random, askedPause(retryAfter, now)) ?? null);
  return { ...told, ...unlessOver(pauseMs), fault: 'STATUS' };
}

function unlessOver(pauseMs: number | null): Pick<Verdict, 'state' | 'pauseMs'> {
  return { state: pauseMs === null ? 'FAILED' : 'PENDING', pauseMs };
}
