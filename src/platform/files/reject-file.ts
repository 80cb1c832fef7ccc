import { rmSync } from 'node:fs';
import { StartError, systemCode } from '../launch/start-error.js';
import { csvLine } from './csv-line.rules.js';
import type { RejectSink, RowRefusal } from './file-row.js';
import { TextFile } from './text-file.js';

/** The file of refused rows: beside the one that is read, made at the first refused row, readable by its owner alone. */
export class RejectFile implements RejectSink {
  private written: TextFile | undefined;

  /** Removes what an earlier run on the same file left. */
  constructor(private readonly file: string) {
    for (const extension of ['csv', 'jsonl']) remove(this.nameOf(extension));
  }

  /** The file, where any row was refused. */
  get path(): string | undefined {
    return this.written?.path;
  }

  async write(
    line: number,
    { code, path = '', message }: RowRefusal,
    original: readonly string[] | string,
    header: readonly string[] | undefined,
  ): Promise<void> {
    const isTable = header !== undefined && typeof original !== 'string';
    if (isTable) {
      const file = await this.open('csv', () => csvLine(['line', 'code', 'path', 'message', ...header]));
      await file.write(csvLine([String(line), code, path, message, ...original]));
    } else {
      const file = await this.open('jsonl', () => '');
      await file.write(`${JSON.stringify({ line, code, path, message, row: original })}\n`);
    }
  }

  async close(): Promise<void> {
    await this.written?.close();
  }

  private async open(extension: string, beginning: () => string): Promise<TextFile> {
    if (this.written) return this.written;
    this.written = await TextFile.open(this.nameOf(extension), { mode: 0o600 });
    await this.written.write(beginning());
    return this.written;
  }

  private nameOf(extension: string): string {
    return `${this.file}.rejected.${extension}`;
  }
}

function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    throw new StartError(`${path} is of an earlier run and can't be removed (${systemCode(error) ?? error}).`);
  }
}
