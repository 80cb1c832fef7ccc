import { hashOfText } from '../matching/hashing.js';

const HASHES = 2 ** 32;
/** So many accounts are learned from, about, where there are more than the greatest sample. */
const AIMED_AT = 195_000;

/** Never more accounts than this are learned from. */
export const GREATEST_SAMPLE = 200_000;

/** Which of so many accounts are learned from: all, or a share by a hash of their ids, so always the same ones. */
export function sampleOf(accounts: number): (accountId: string) => boolean {
  if (accounts <= GREATEST_SAMPLE) return () => true;
  const bound = (AIMED_AT / accounts) * HASHES;
  return (accountId) => hashOfText(accountId) < bound;
}
