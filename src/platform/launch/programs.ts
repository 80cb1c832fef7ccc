import { execFile } from 'node:child_process';
import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

const runFile = promisify(execFile);

/** The first program of this name on the PATH. */
export function onPath(name: string, path = process.env.PATH ?? ''): string | undefined {
  return path
    .split(delimiter)
    .filter(Boolean)
    .map((folder) => join(folder, name))
    .find(isProgram);
}

/** Whether the file exists and this user may run it. */
export function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Runs a program to its end and gives what it printed; rejects with its error output where it fails or takes too long. */
export async function outputOf(command: string, args: string[], limitMs: number): Promise<string> {
  const { stdout } = await runFile(command, args, { timeout: limitMs, maxBuffer: 16 * 1024 * 1024 });
  return stdout;
}
