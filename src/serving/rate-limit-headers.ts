import { AppError } from '../platform/errors.js';
import { type RateState, WINDOW_SECONDS } from './rate-limit.service.js';

/** What a caller has left, as headers: the three that clients know, and the two of the IETF draft. */
export function rateHeaders({ limit, remaining, resetSeconds }: RateState): Record<string, string> {
  return {
    'ratelimit-limit': String(limit),
    'ratelimit-remaining': String(remaining),
    'ratelimit-reset': String(resetSeconds),
    'ratelimit-policy': `"cost";q=${limit};w=${WINDOW_SECONDS}`,
    ratelimit: `"cost";r=${remaining};t=${resetSeconds}`,
  };
}

/** The headers of a refusal that a later try may escape: Retry-After, and those of the rate limit where it was that. */
export function refusalHeaders(error: unknown): Record<string, string> {
  if (!(error instanceof AppError)) return {};
  const { limit, remaining, retryAfterSeconds } = error.details;
  if (typeof retryAfterSeconds !== 'number') return {};
  const retry = { 'retry-after': String(retryAfterSeconds) };
  if (error.code !== 'RATE_LIMITED') return retry;
  const state = { limit: Number(limit), remaining: Number(remaining), resetSeconds: retryAfterSeconds };
  return { ...rateHeaders(state), ...retry };
}
