import { SingleBar } from 'cli-progress';
import type { ImportProgress } from '../ingestion/import.service.js';

const LINE_EVERY_MS = 5_000;
const FORMAT =
  '{bar} {percentage}% | {accepted} accepted, {duplicates} duplicates, {refused} refused | {eta_formatted}';

/** How far an import has come: a bar on a terminal, else a line every five seconds. On the error output alone. */
export class ImportBar {
  private readonly bar: SingleBar | undefined;
  private counts: Pick<ImportProgress, 'accepted' | 'duplicates' | 'refused'> = {
    accepted: 0,
    duplicates: 0,
    refused: 0,
  };
  private bytes = 0;
  private saidAt = Date.now();

  constructor(private readonly totalBytes: number) {
    if (!process.stderr.isTTY) return;
    this.bar = new SingleBar({ format: FORMAT, stream: process.stderr, hideCursor: true, etaBuffer: 50 });
    this.bar.start(totalBytes, 0, this.counts);
  }

  /** Passes a file on and counts its bytes. */
  async *watch(source: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
    for await (const chunk of source) {
      this.bytes += chunk.length;
      yield chunk;
    }
  }

  show({ accepted, duplicates, refused }: ImportProgress): void {
    this.counts = { accepted, duplicates, refused };
    this.bar?.update(this.bytes, this.counts);
    if (this.bar || Date.now() - this.saidAt < LINE_EVERY_MS) return;
    this.saidAt = Date.now();
    const percentage = Math.floor((100 * this.bytes) / Math.max(this.totalBytes, 1));
    process.stderr.write(`${percentage}%: ${countsText(this.counts)}\n`);
  }

  stop(): void {
    this.bar?.update(this.bytes, this.counts);
    this.bar?.stop();
  }
}

/** The counts of an import as one line. */
export function countsText({
  accepted,
  duplicates,
  refused,
}: Pick<ImportProgress, 'accepted' | 'duplicates' | 'refused'>): string {
  return `${accepted} accepted, ${duplicates} duplicates, ${refused} refused`;
}
