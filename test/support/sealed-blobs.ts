import type { Database } from '../../src/platform/database.js';

/** What the head of a stored blob says. */
export interface BlobHead {
  readonly collection: string;
  readonly field: string;
  readonly format: number;
  readonly suite: number;
  readonly keyId: number;
}

const FIELDS = ['key', 'formerKeys', 'sealed', 'sealedReason', 'sealedModel'];

/** The heads of all sealed values and wrapped keys of a tenant, found by looking through every collection. */
export async function blobHeads(database: Database, tenantId: string): Promise<BlobHead[]> {
  const heads: BlobHead[] = [];
  for (const { name } of await database.connection.listCollections()) {
    const found = await database.connection.collection(name).find({}, { promoteBuffers: true }).toArray();
    const own = found.filter(({ _id }) => String(_id).startsWith(`${tenantId}:`));
    heads.push(...own.flatMap((document) => headsIn(name, document)));
  }
  return heads;
}

function headsIn(collection: string, document: Readonly<Record<string, unknown>>): BlobHead[] {
  return FIELDS.flatMap((field) =>
    buffersIn(document[field]).map((blob) => {
      const [format = 0, suite = 0] = blob;
      return { collection, field, format, suite, keyId: blob.readUInt32BE(2) };
    }),
  );
}

function buffersIn(value: unknown): Buffer[] {
  if (Buffer.isBuffer(value)) return [value];
  if (value instanceof Date || typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(buffersIn);
}

/** How many blobs there are of each collection, field and `what`, as text. */
export function tallyOf(heads: readonly BlobHead[], what: keyof BlobHead): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const head of heads) {
    const name = `${head.collection}.${head.field} ${what} ${head[what]}`;
    counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}
