import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

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

  /** The commands that `work` caused, save looking up the tenant: that is remembered for two seconds. */
  async during(work: () => Promise<unknown>): Promise<readonly SentCommand[]> {
    return (await this.allDuring(work)).filter(({ collection }) => collection !== 'tenants');
  }

  /** All commands that `work` caused. */
  async allDuring(work: () => Promise<unknown>): Promise<readonly SentCommand[]> {
    writeFileSync(this.file, '');
    await work();
    const lines = readFileSync(this.file, 'utf8').split('\n');
    return lines.filter((line) => line !== '').map((line) => JSON.parse(line) as SentCommand);
  }
}
