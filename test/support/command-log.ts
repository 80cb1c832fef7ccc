import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** Collections that no request waits for each time: the tenant is remembered for two seconds, points are taken in blocks. */
const NOW_AND_THEN = new Set(['tenants', 'rate_limits']);

/** The program that runs a server whose commands are noted. */
export const MONITORED_PROGRAM = resolve('test/support/monitored-main.mjs');

/** One command that the driver sent. */
export interface SentCommand {
  readonly name: string;
  readonly collection: string;
  readonly command: Readonly<Record<string, unknown>>;
}

/** The commands that a monitored server's driver sends. */
export class CommandLog {
  readonly file: string;

  constructor(folder: string) {
    this.file = join(folder, 'commands.jsonl');
  }

  /** The commands that `work` caused, save those that come now and then alone. */
  async during(work: () => Promise<unknown>): Promise<readonly SentCommand[]> {
    return (await this.allDuring(work)).filter(({ collection }) => !NOW_AND_THEN.has(collection));
  }

  /** All commands that `work` caused. */
  async allDuring(work: () => Promise<unknown>): Promise<readonly SentCommand[]> {
    writeFileSync(this.file, '');
    await work();
    const lines = readFileSync(this.file, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as SentCommand);
  }
}
