import { StartError } from '../platform/launch/start-error.js';

const SECONDS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400 };
const LONGEST_TTL_DAYS = 365;

/** The parts of a list given as `a,b`. */
export function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');
}

/** The seconds of a lifetime as `90s`, `15m`, `1h` or `30d`: up to a year. */
export function secondsOf(text: string): number {
  const [, count = '', unit = ''] = /^(\d{1,9})([smhd])$/.exec(text) ?? [];
  const seconds = Number(count) * (SECONDS[unit] ?? 0);
  if (seconds > 0 && seconds <= LONGEST_TTL_DAYS * 86_400) return seconds;
  throw new StartError(`--ttl must be a lifetime as 90s, 15m, 1h or 30d, up to ${LONGEST_TTL_DAYS}d.`);
}

/** The names given, if all of them are known; else an error that lists those that are. */
export function knownNames(option: string, given: readonly string[], known: readonly string[]): readonly string[] {
  const stranger = given.find((name) => !known.includes(name));
  if (stranger === undefined && given.length > 0) return given;
  const fault = stranger === undefined ? 'names nothing' : `names ${stranger}, which is unknown`;
  throw new StartError(`${option} ${fault}: there are ${known.join(', ')}.`);
}

/** A probability between certainties. */
export function probabilityOf(option: string, text: string): number {
  const probability = /^\d*\.?\d+(?:e-\d+)?$/i.test(text.trim()) ? Number(text) : Number.NaN;
  if (probability > 0 && probability < 1) return probability;
  throw new StartError(`${option} must be a probability above 0 and below 1, as 0.9.`);
}

/** A whole number of at most nine digits. */
export function wholeNumberOf(option: string, text: string): number {
  if (/^\d{1,9}$/.test(text.trim())) return Number(text);
  throw new StartError(`${option} must be a whole number.`);
}
