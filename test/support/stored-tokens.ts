import { deserialize } from 'node:v8';
import type { Database } from '../../src/platform/database.js';
import { documentsOf } from './erased-people.js';

/** A stored text that a token may be, and where it is: `collection.field`. */
export interface StoredToken {
  readonly place: string;
  /** Of the index key. */
  readonly version: number;
  readonly text: string;
}

/** 128 bits, with the version they are stored under; no part of anything in base64. */
const TOKEN = /(?<![\w+/=-])(?:(?<version>\d+)\.)?[\w-]{22}(?![\w+/=-])/g;
const SEARCH_TOKEN = /^(?:(?<version>\d+)\.)?[a-z](?:[\w-]{6})+$/;
const PERSON_TOKEN = /^(?:(?<version>\d+)\.)?[\w-]{8}$/;

/** All that may be tokens among what is stored of a tenant, found by looking through every collection. */
export async function storedTokens(database: Database, tenantId: string): Promise<StoredToken[]> {
  const found = await documentsOf(database, tenantId);
  return found.flatMap(({ collection, document }) =>
    Object.entries(document).flatMap(([field, value]) => {
      const place = `${collection}.${field}`;
      return textsIn(clearOf(field, value, tenantId)).flatMap((text) =>
        matchesIn(place, text).map(({ groups, 0: all }) => ({
          place,
          version: Number(groups?.version ?? 1),
          text: all,
        })),
      );
    }),
  );
}

function matchesIn(place: string, text: string): (RegExpMatchArray | RegExpExecArray)[] {
  if (place === 'profiles.searchTokens') return [SEARCH_TOKEN.exec(text)].filter((match) => match !== null);
  const ofPerson = place === 'claims.holders' ? PERSON_TOKEN.exec(text) : null;
  return ofPerson ? [ofPerson] : [...text.matchAll(TOKEN)];
}

/** What a field says: a key without its tenant, what is packed unpacked. */
function clearOf(field: string, value: unknown, tenantId: string): unknown {
  if (field === '_id') return String(value).slice(tenantId.length + 1);
  const packed = field === 'packed' && bufferIn(value as object);
  return packed ? deserialize(packed) : value;
}

function textsIn(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  if (value instanceof Date || typeof value !== 'object' || value === null) return [];
  if (bufferIn(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) => [...(name === 'birthday' ? [] : [name]), ...textsIn(inner)]);
}

function bufferIn(value: object): Buffer | undefined {
  if (Buffer.isBuffer(value)) return value;
  return 'buffer' in value && value.buffer instanceof Uint8Array ? Buffer.from(value.buffer) : undefined;
}
