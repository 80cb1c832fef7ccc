import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import type { DownloadFile } from './download.entity.js';
import { isCompressed } from './download.rules.js';

const compressed = promisify(gzip);
/** Of text, and of text that is compressed before it is kept. */
const CHARACTERS = 262_144;
const COMPRESSED_CHARACTERS = 1_048_576;

/** What keeps the pieces of one file, in their order. */
export type KeepPiece = (number: number, clear: Buffer, isLast: boolean) => Promise<void>;

/** A file that is written text by text and kept piece by piece: one piece of it is in memory. */
export class FileInMaking {
  private readonly hash = createHash('sha256');
  private readonly most: number;
  private waiting: string[] = [];
  private characters = 0;
  private size = 0;
  private number = 0;

  constructor(
    readonly name: string,
    private readonly keep: KeepPiece,
  ) {
    this.most = isCompressed(name) ? COMPRESSED_CHARACTERS : CHARACTERS;
  }

  /** How many pieces are kept. */
  get pieces(): number {
    return this.number;
  }

  /** How much is kept. */
  get bytes(): number {
    return this.size;
  }

  /** Takes what was kept before for its beginning. */
  async goOnBehind(pieces: AsyncIterable<Buffer>): Promise<void> {
    for await (const piece of pieces) this.count(piece);
  }

  /** Adds text; returns whether a piece was kept, and with it all that was written so far. */
  async write(text: string): Promise<boolean> {
    this.waiting.push(text);
    this.characters += text.length;
    if (this.characters < this.most) return false;
    await this.flush(false);
    return true;
  }

  /** Keeps the rest. */
  async close(): Promise<DownloadFile> {
    await this.flush(true);
    return { name: this.name, bytes: this.size, sha256: this.hash.digest('hex') };
  }

  private async flush(isLast: boolean): Promise<void> {
    const text = this.waiting.join('');
    const clear = isCompressed(this.name) ? await compressed(text) : Buffer.from(text);
    const { number } = this;
    [this.waiting, this.characters] = [[], 0];
    this.count(clear);
    await this.keep(number, clear, isLast);
  }

  private count(piece: Buffer): void {
    this.hash.update(piece);
    this.size += piece.length;
    this.number += 1;
  }
}
