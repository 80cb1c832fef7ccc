import { type FileHandle, open } from 'node:fs/promises';
import { StartError, systemCode } from '../launch/start-error.js';

const LONGEST_WAITING = 64 * 1024;

/** A file that is written piece by piece, no faster than the disk takes it. A StartError says which can't be written. */
export class TextFile {
  private waiting = '';
  private writing: Promise<void> | undefined;
  private fault: unknown;

  private constructor(
    readonly path: string,
    private readonly handle: FileHandle,
  ) {}

  /** Makes the file, or empties it; with `wx` there must be none. */
  static async open(path: string, { flags = 'w', mode = 0o666 } = {}): Promise<TextFile> {
    try {
      return new TextFile(path, await open(path, flags, mode));
    } catch (error) {
      throw unwritable(path, error);
    }
  }

  /** Takes a piece, at once unless too much waits for the disk. A fault of an earlier piece may come here. */
  async write(text: string): Promise<void> {
    this.report();
    this.waiting += text;
    if (this.waiting !== '') this.writing ??= this.writeWaiting();
    if (this.waiting.length > LONGEST_WAITING) await this.writing;
  }

  /** Closes the file when all of it is on the disk. */
  async close(): Promise<void> {
    try {
      await this.writing;
      this.report();
      await this.handle.sync();
    } catch (error) {
      throw unwritable(this.path, error);
    } finally {
      await this.handle.close();
    }
  }

  private async writeWaiting(): Promise<void> {
    try {
      while (this.waiting !== '') {
        const text = this.waiting;
        this.waiting = '';
        await this.handle.appendFile(text);
      }
    } catch (error) {
      this.fault = error;
    } finally {
      this.writing = undefined;
    }
  }

  private report(): void {
    if (this.fault !== undefined) throw unwritable(this.path, this.fault);
  }
}

/** The line that says that a file can't be written, and why. */
export function unwritable(path: string, error: unknown): StartError {
  return error instanceof StartError
    ? error
    : new StartError(`${path} can't be written (${systemCode(error) ?? error}).`);
}
