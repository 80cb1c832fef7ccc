import { once } from 'node:events';
import type { WriteStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { finished } from 'node:stream/promises';
import { StartError, systemCode } from '../launch/start-error.js';

/** A file that is written piece by piece, no faster than the disk takes it. A StartError says which can't be written. */
export class TextFile {
  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
    private readonly stream: WriteStream,
  ) {}

  /** Makes the file, or empties it; with `wx` there must be none. */
  static async open(path: string, { flags = 'w', mode = 0o666 } = {}): Promise<TextFile> {
    const handle = await told(path, () => open(path, flags, mode));
    const stream = handle.createWriteStream({ autoClose: false });
    stream.on('error', () => {}); // the next piece, or the end, reports it
    return new TextFile(path, handle, stream);
  }

  async write(text: string): Promise<void> {
    await told(this.path, async () => {
      if (this.stream.errored) throw this.stream.errored;
      if (!this.stream.write(text)) await once(this.stream, 'drain');
    });
  }

  /** Closes the file when all of it is on the disk. */
  async close(): Promise<void> {
    await told(this.path, async () => {
      try {
        this.stream.end();
        await finished(this.stream);
        await this.handle.sync();
      } finally {
        await this.handle.close();
      }
    });
  }
}

async function told<T>(path: string, step: () => Promise<T>): Promise<T> {
  try {
    return await step();
  } catch (error) {
    throw error instanceof StartError
      ? error
      : new StartError(`${path} can't be written (${systemCode(error) ?? error}).`);
  }
}
