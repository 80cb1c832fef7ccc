import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { connect } from 'node:net';
import type { DataFolder } from './data-folder.js';
import { answers } from './mongo-probe.js';
import { hasEnded, identityOf, isRunning, type ProcessIdentity, signal } from './process-identity.js';

const READY_LIMIT_MS = 60_000;
const ANSWER_LIMIT_MS = 5_000;
const STOP_LIMIT_MS = 15_000;
const STEP_MS = 25;
const SECRETS = ['JWT_SECRET', 'MASTER_KEY', 'MASTER_KEY_PREVIOUS', 'MONGODB_URI'];

/** How to run a database program once. */
export interface DatabaseRun {
  readonly command: string;
  readonly arguments: readonly string[];
  readonly port: number;
  readonly uri: string;
  /** Done once the port accepts connections. */
  prepare?(): Promise<void>;
}

/** A database program ended, or didn't answer, before it was ready; the message is its own last word. */
export class DatabaseStartFault extends Error {}

/**
 * Starts the program in a process group of its own, so that neither Ctrl-C nor a killed server takes it along; resolves
 * once it can be written. `started` hears of the process before that.
 */
export async function startDatabase(
  folder: DataFolder,
  run: DatabaseRun,
  started: (process: ProcessIdentity) => void = () => {},
): Promise<ProcessIdentity> {
  mkdirSync(folder.database, { recursive: true, mode: 0o700 });
  const process = await launch(folder, run);
  started(process);
  try {
    await untilListening(process, run.port);
    await run.prepare?.();
    await untilWritable(process, run.uri);
    return process;
  } catch (error) {
    signal(process, 'SIGKILL');
    throw error instanceof DatabaseStartFault ? new DatabaseStartFault(lastWord(folder.databaseLog)) : error;
  }
}

/** Ends the database in good order; by force where it takes too long. */
export async function stopDatabase(process: ProcessIdentity): Promise<void> {
  signal(process, 'SIGTERM');
  if (await hasEnded(process, STOP_LIMIT_MS)) return;
  signal(process, 'SIGKILL');
  await hasEnded(process, STOP_LIMIT_MS);
}

function launch(folder: DataFolder, run: DatabaseRun): Promise<ProcessIdentity> {
  const log = openSync(folder.databaseLog, 'w', 0o600);
  const child = spawn(run.command, [...run.arguments], {
    cwd: folder.path,
    detached: true,
    stdio: ['ignore', log, log],
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !SECRETS.includes(name))),
  });
  closeSync(log);
  child.unref();
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new DatabaseStartFault(error.message)));
    child.once('spawn', () => resolve(identityOf(child.pid ?? 0)));
  });
}

async function untilListening(process: ProcessIdentity, port: number): Promise<void> {
  await until(process, () => isListening(port));
}

async function untilWritable(process: ProcessIdentity, uri: string): Promise<void> {
  await until(process, () => answers(uri, ANSWER_LIMIT_MS));
}

async function until(process: ProcessIdentity, holds: () => Promise<boolean>): Promise<void> {
  const limit = Date.now() + READY_LIMIT_MS;
  while (!(await holds())) {
    if (!isRunning(process) || Date.now() > limit) throw new DatabaseStartFault();
    await new Promise((resolve) => setTimeout(resolve, STEP_MS));
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

function lastWord(log: string): string {
  const lines = readFileSync(log, 'utf8').trim().split('\n');
  return (lines.at(-1) || 'it said nothing').slice(0, 300);
}
