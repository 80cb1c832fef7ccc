import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const PROGRAM = fileURLToPath(new URL('../../bin/tributary.mjs', import.meta.url));

/** What a command printed, and how it ended. */
export interface CommandRun {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs `tributary` with these arguments to its end; `onErrors` is told what it prints on the error output. */
export function runCommand(
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  onErrors: (text: string, child: ChildProcess) => void = () => {},
): Promise<CommandRun> {
  const env = { ...process.env, ...environment };
  const child = spawn(process.execPath, [PROGRAM, ...args], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  const run = { output: '', errors: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    run.output += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    run.errors += text;
    onErrors(text, child);
  });
  return new Promise((done) => child.once('close', (code) => done({ code, ...run })));
}
