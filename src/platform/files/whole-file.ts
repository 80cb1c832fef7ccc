import { randomUUID } from 'node:crypto';
import { rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TextFile, unwritable } from './text-file.js';

/** What ends the writing before its end, and who may read the file. */
interface WholeFileOptions {
  readonly signal?: AbortSignal;
  readonly mode?: number;
}

/**
 * Writes a file whole or not at all: under a name of its own in the same folder, renamed when all of it is on the disk.
 * Until then, and after a failure, what was there before stands.
 */
export async function writeWhole(
  path: string,
  pieces: Iterable<string>,
  options: WholeFileOptions = {},
): Promise<void> {
  const temporary = join(dirname(path), `.tributary-${randomUUID()}.tmp`);
  try {
    await writeAll(temporary, pieces, options);
    await rename(temporary, path).catch((error: unknown) => {
      throw unwritable(path, error);
    });
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}

async function writeAll(path: string, pieces: Iterable<string>, { signal, mode }: WholeFileOptions): Promise<void> {
  const file = await TextFile.open(path, { flags: 'wx', mode });
  try {
    for (const piece of pieces) {
      signal?.throwIfAborted();
      await file.write(piece);
    }
    signal?.throwIfAborted();
  } catch (error) {
    await file.close().catch(() => undefined); // the first error is the one to tell
    throw error;
  }
  await file.close();
}
