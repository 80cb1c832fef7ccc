import { createReadStream } from 'node:fs';
import { mkdir, open, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { TenantContext } from '../platform/context.js';
import { AppError } from '../platform/errors.js';
import { openBytes, sealBytes } from '../platform/seal.js';

const FOLDER = 'privacy-exports';
const CHUNK_BYTES = 65_536;
const LENGTH_BYTES = 4;
const LARGEST_EXPORT_BYTES = 512 * 1024 * 1024;
const MOST_BYTES_OF_A_TENANT = 4 * 1024 * 1024 * 1024;

/** Where one file of an export is written; it can be read once it is closed. */
export interface ExportWriter {
  write(text: string): Promise<void>;
  close(): Promise<void>;
}

/**
 * Files of exports in a folder, sealed under the tenant's data key in pieces that know their place, so that none can be
 * left out, moved or shown to whoever reads the disk. An export has at most 512 MiB, those of a tenant 4 GiB.
 */
export class ExportFiles {
  constructor(private readonly dataDir: string) {}

  /** Begins an export anew. CONFLICT where the tenant's exports have too much room already. */
  async begin(ctx: TenantContext, requestId: string): Promise<void> {
    await this.remove(ctx, requestId);
    if ((await this.bytesOf(ctx)) > MOST_BYTES_OF_A_TENANT)
      throw new AppError('CONFLICT', 'Too much is exported already; wait until some of it has run out.');
    await mkdir(this.folderOf(ctx, requestId), { recursive: true, mode: 0o700 });
  }

  /** Begins a file of an export. */
  async writer(ctx: TenantContext, requestId: string, name: string): Promise<ExportWriter> {
    const file = await open(join(this.folderOf(ctx, requestId), name), 'w', 0o600);
    let waiting: string[] = [];
    let [size, written, number] = [0, 0, 0];
    const flush = async (isLast: boolean) => {
      const blob = sealBytes(
        ctx.keys.data,
        placeOf(ctx, requestId, name, number, isLast),
        Buffer.from(waiting.join('')),
      );
      const length = Buffer.alloc(LENGTH_BYTES);
      length.writeUInt32BE(blob.length);
      written += blob.length;
      if (written > LARGEST_EXPORT_BYTES) throw new AppError('CONFLICT', 'There is more than one export can hold.');
      await file.appendFile(Buffer.concat([length, blob]));
      [waiting, size, number] = [[], 0, number + 1];
    };
    return {
      write: async (text) => {
        waiting.push(text);
        size += text.length;
        if (size >= CHUNK_BYTES) await flush(false);
      },
      close: async () => {
        await flush(true);
        await file.datasync();
        await file.close();
      },
    };
  }

  /** A file of an export; throws where it is not there, or not whole. */
  async *read(ctx: TenantContext, requestId: string, name: string): AsyncGenerator<Buffer> {
    const ring = ctx.keys.data;
    let [number, isWhole] = [0, false];
    for await (const blob of framesOf(join(this.folderOf(ctx, requestId), name))) {
      const opened = tryOpen(() => openBytes(ring, placeOf(ctx, requestId, name, number, false), blob));
      isWhole = opened === undefined;
      yield opened ?? openBytes(ring, placeOf(ctx, requestId, name, number, true), blob);
      number += 1;
    }
    if (!isWhole) throw new Error(`An export of ${requestId} ends too early.`);
  }

  /** Whether an export has a file. */
  async has(ctx: TenantContext, requestId: string, name: string): Promise<boolean> {
    return (await readdir(this.folderOf(ctx, requestId)).catch((): string[] => [])).includes(name);
  }

  /** Deletes an export. */
  async remove(ctx: TenantContext, requestId: string): Promise<void> {
    await rm(this.folderOf(ctx, requestId), { recursive: true, force: true });
  }

  private async bytesOf(ctx: TenantContext): Promise<number> {
    const folder = join(this.dataDir, FOLDER, ctx.tenantId);
    const names = await readdir(folder, { recursive: true }).catch(() => []);
    const sizes = await Promise.all(
      names.map((name) =>
        stat(join(folder, name))
          .then(({ size }) => size)
          .catch(() => 0),
      ),
    );
    return sizes.reduce((sum, size) => sum + size, 0);
  }

  /** Ids of tenants and of requests hold nothing that leads elsewhere. */
  private folderOf({ tenantId }: TenantContext, requestId: string): string {
    return join(this.dataDir, FOLDER, tenantId, requestId);
  }
}

function placeOf(
  { tenantId }: TenantContext,
  requestId: string,
  name: string,
  number: number,
  isLast: boolean,
): string {
  return `${tenantId}|exports|${requestId}/${name}/${number}${isLast ? '/last' : ''}`;
}

function tryOpen(openIt: () => Buffer): Buffer | undefined {
  try {
    return openIt();
  } catch (error) {
    if (error instanceof AppError) throw error;
    return undefined;
  }
}

async function* framesOf(path: string): AsyncGenerator<Buffer> {
  let rest: Buffer = Buffer.alloc(0);
  for await (const more of createReadStream(path, { highWaterMark: CHUNK_BYTES })) {
    rest = Buffer.concat([rest, more as Buffer]);
    while (rest.length >= LENGTH_BYTES && rest.length >= LENGTH_BYTES + rest.readUInt32BE()) {
      const end = LENGTH_BYTES + rest.readUInt32BE();
      yield rest.subarray(LENGTH_BYTES, end);
      rest = rest.subarray(end);
    }
  }
  if (rest.length > 0) throw new Error('A file of an export ends within a piece.');
}
