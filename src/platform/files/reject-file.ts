import { once } from 'node:events';
import { createWriteStream, rmSync, type WriteStream } from 'node:fs';
import { finished } from 'node:stream/promises';
import type { RowRefusal } from './file-row.js';

function csvCell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(',')}\n`;
}

/** The file of refused rows: beside the one that is read, made at the first refused row, readable by its owner alone. */
export class RejectFile {
  private stream: WriteStream | undefined;
  private name: string | undefined;

  /** Removes what an earlier run on the same file left. */
  constructor(private readonly file: string) {
    for (const extension of ['csv', 'jsonl']) rmSync(this.nameOf(extension), { force: true });
  }

  /** The file, where any row was refused. */
  get path(): string | undefined {
    return this.name;
  }

  async write(
    line: number,
    { code, path = '', message }: RowRefusal,
    original: readonly string[] | string,
    header: readonly string[] | undefined,
  ): Promise<void> {
    const isTable = header !== undefined && typeof original !== 'string';
    if (isTable) {
      const stream = this.open('csv', () => csvLine(['line', 'code', 'path', 'message', ...header]));
      await put(stream, csvLine([String(line), code, path, message, ...original]));
    } else {
      const stream = this.open('jsonl', () => '');
      await put(stream, `${JSON.stringify({ line, code, path, message, row: original })}\n`);
    }
  }

  async close(): Promise<void> {
    if (!this.stream) return;
    this.stream.end();
    await finished(this.stream);
  }

  private open(extension: string, beginning: () => string): WriteStream {
    if (this.stream) return this.stream;
    this.name = this.nameOf(extension);
    this.stream = createWriteStream(this.name, { mode: 0o600 });
    this.stream.write(beginning());
    return this.stream;
  }

  private nameOf(extension: string): string {
    return `${this.file}.rejected.${extension}`;
  }
}

async function put(stream: WriteStream, text: string): Promise<void> {
  if (!stream.write(text)) await once(stream, 'drain');
}
