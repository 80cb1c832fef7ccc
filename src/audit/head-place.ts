import { createReadStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { readHead, type SignedHead } from './audit-head.rules.js';

const FOLDER = 'audit-heads';
const LONGEST_LINE = 4_096;

/** A place outside the database where heads are published, so that who can write the database can't write the past anew. */
export interface HeadPlace {
  /** Keeps a head for good. */
  publish(head: SignedHead): Promise<void>;
  /** The heads published of a tenant until now, oldest first; null for what was there and is no head. */
  published(tenantId: string): AsyncIterable<SignedHead | null>;
}

/** Heads as lines of JSON in one file a tenant, below a folder; each is on the disk before `publish` returns. */
export class HeadFiles implements HeadPlace {
  constructor(private readonly dataDir: string) {}

  async publish(head: SignedHead): Promise<void> {
    await mkdir(join(this.dataDir, FOLDER), { recursive: true, mode: 0o700 });
    const file = await open(this.fileOf(head.tenant), 'a', 0o600);
    try {
      await file.appendFile(`${JSON.stringify(head)}\n`);
      await file.datasync();
    } finally {
      await file.close();
    }
  }

  async *published(tenantId: string): AsyncGenerator<SignedHead | null> {
    const size = await sizeOf(this.fileOf(tenantId)); // what is added meanwhile tells of entries that are added meanwhile
    if (size === 0) return;
    const input = createReadStream(this.fileOf(tenantId), { end: size - 1, encoding: 'utf8' });
    for await (const line of createInterface({ input, crlfDelay: Infinity })) {
      if (line !== '') yield line.length > LONGEST_LINE ? null : (readHead(line) ?? null);
    }
  }

  /** A tenant's id holds nothing that leads elsewhere. */
  private fileOf(tenantId: string): string {
    return join(this.dataDir, FOLDER, `${tenantId}.jsonl`);
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    const file = await open(path, 'r');
    return await file
      .stat()
      .then(({ size }) => size)
      .finally(() => file.close());
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return 0;
    throw error;
  }
}
