import { timingSafeEqual } from 'node:crypto';

/** Whether a text that somebody shows is the right one, compared in a time that does not tell where the two differ. */
export function isSameText(shown: string, right: string): boolean {
  const [a, b] = [Buffer.from(shown), Buffer.from(right)];
  return a.length === b.length && timingSafeEqual(a, b);
}
