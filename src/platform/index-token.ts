import { LRUCache } from 'lru-cache';
import { AppError } from './errors.js';
import { groupBy } from './group-by.rules.js';
import { BARE_ID, type BlockCipher, type IndexVersion } from './index-versions.js';
import { blindIndex, type TenantKeys } from './seal.js';
import { permuted } from './token-permutation.js';

/** Between the version and what stands for the token; no token holds it. */
const MARK = '.';
const KEPT_COVERS = 20_000;

const covers = new WeakMap<BlockCipher, LRUCache<string, string>>();

function coversOf(cipher: BlockCipher): LRUCache<string, string> {
  const known = covers.get(cipher) ?? new LRUCache<string, string>({ max: KEPT_COVERS });
  covers.set(cipher, known);
  return known;
}

/** What stands for tokens under a version, without its mark: each keeps its length, and equal ones stay equal. */
export function coverParts({ cipher }: IndexVersion, parts: readonly string[]): string[] {
  if (!cipher) return [...parts];
  const known = coversOf(cipher);
  const missing = [...new Set(parts)].filter((part) => !known.has(part));
  const found = new Map(permuted(cipher, missing, true).map((cover, at) => [missing[at] ?? '', cover]));
  for (const [part, cover] of found) known.set(part, cover);
  return parts.map((part) => found.get(part) ?? known.get(part) ?? '');
}

/** The inverse of `coverParts`. */
export function uncoverParts({ cipher }: IndexVersion, covers: readonly string[]): string[] {
  return cipher ? permuted(cipher, covers, false) : [...covers];
}

/** A stored token, told which version it is of. */
export function marked({ id }: IndexVersion, cover: string): string {
  return id === BARE_ID ? cover : `${id}${MARK}${cover}`;
}

/** The id of the version that a stored token is of. */
function versionIdIn(stored: string): number {
  const end = stored.indexOf(MARK);
  return end === -1 ? BARE_ID : Number(stored.slice(0, end));
}

/** The version that a stored token is of, and what follows its mark. SERVICE_UNAVAILABLE where the version is not known here. */
export function readMark({ versions }: TenantKeys, stored: string): readonly [IndexVersion, string] {
  const version = versions.find(versionIdIn(stored));
  if (version) return [version, stored.slice(stored.indexOf(MARK) + 1)];
  throw new AppError(
    'SERVICE_UNAVAILABLE',
    'A value is stored under a version of the index key that is not known here.',
  );
}

/** The stored form of a token: under the version in force, or another. */
export function coverToken({ versions }: TenantKeys, token: string, version = versions.current): string {
  return marked(version, coverParts(version, [token])[0] ?? '');
}

/** The tokens that stored forms stand for, in their order. */
export function uncoverTokens(keys: TenantKeys, stored: readonly string[]): string[] {
  const read = stored.map((form) => readMark(keys, form));
  const found = new Map<string, string>();
  for (const [version, own] of groupBy(read, ([of]) => of)) {
    const covers = own.map(([, cover]) => cover);
    uncoverParts(version, covers).forEach((token, at) => {
      found.set(marked(version, covers[at] ?? ''), token);
    });
  }
  return read.map(([version, cover]) => found.get(marked(version, cover)) ?? '');
}

/** The token that a stored form stands for. */
export function uncoverToken(keys: TenantKeys, stored: string): string {
  return uncoverTokens(keys, [stored])[0] ?? '';
}

/** Every form in which a token may be stored now, the oldest first: one, save while the key gives way to another. */
export function formsOf(keys: TenantKeys, token: string): string[] {
  return keys.versions.asked.map((version) => coverToken(keys, token, version));
}

/** Whether a stored token is of the version in force. */
export function isCurrentForm({ versions }: TenantKeys, stored: string): boolean {
  return versions.current.id === versionIdIn(stored);
}

/** Whether a stored token is of a version that is known here. */
export function isKnownForm({ versions }: TenantKeys, stored: string): boolean {
  return versions.find(versionIdIn(stored)) !== undefined;
}

/** Whether tokens may be stored under several versions: then what is looked up by one is looked for under all. */
export function isGivingWay({ versions }: TenantKeys): boolean {
  return versions.asked.length > 1;
}

/** As `blindIndex`, under the version in force: for what is written once, and never looked up. */
export function blindForGood(keys: TenantKeys, ...parts: readonly string[]): string {
  return coverToken(keys, blindIndex(keys, ...parts));
}
