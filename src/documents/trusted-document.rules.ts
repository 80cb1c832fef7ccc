import { createHash } from 'node:crypto';
import { badInput } from '../platform/errors.js';

export const MOST_A_CALL = 100;
export const MOST_A_PARTNER = 1_000;
const LONGEST_TEXT = 32_768;
const SHA_256 = /^[0-9a-f]{64}$/;

/** What a request says of its document: the text, the hash of one that is registered, or both. */
export interface AskedDocument {
  readonly query?: unknown;
  readonly extensions?: unknown;
}

/** The name of a document: SHA-256 of its text, hexadecimal. */
export function sha256Of(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The text that a request brings; undefined where it brings none. */
export function textIn({ query }: AskedDocument): string | undefined {
  return typeof query === 'string' && query !== '' ? query : undefined;
}

/** The hash that a request names its document by, as clients of persisted queries do; undefined where it names none. */
export function hashIn({ extensions }: AskedDocument): string | undefined {
  const persisted = plain(typeof extensions === 'string' ? parsed(extensions) : extensions)?.persistedQuery;
  const hash = plain(persisted)?.sha256Hash;
  return typeof hash === 'string' ? hash : undefined;
}

/** The texts of a call by their hashes; BAD_USER_INPUT for too many, and one that is empty or too long. */
export function textsByHash(texts: readonly string[]): Map<string, string> {
  requireFew(texts, 'documents');
  texts.forEach((text, n) => {
    const length = Buffer.byteLength(text);
    if (length === 0 || length > LONGEST_TEXT) throw badInput(`documents[${n}]`, `must be 1 to ${LONGEST_TEXT} bytes`);
  });
  return new Map(texts.map((text) => [sha256Of(text), text]));
}

/** The hashes of a call, none of them twice; BAD_USER_INPUT for what is none. */
export function checkedHashes(hashes: readonly string[]): string[] {
  requireFew(hashes, 'sha256');
  const wrong = hashes.findIndex((hash) => !SHA_256.test(hash));
  if (wrong >= 0) throw badInput(`sha256[${wrong}]`, 'must be 64 hexadecimal digits in lower case');
  return [...new Set(hashes)];
}

function requireFew(list: readonly string[], path: string): void {
  if (list.length === 0 || list.length > MOST_A_CALL) throw badInput(path, `must be 1 to ${MOST_A_CALL}`);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function plain(value: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : undefined;
}
