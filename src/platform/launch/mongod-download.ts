import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Unavailable } from './database-candidate.js';
import { isProgram, outputOf } from './programs.js';
import { cacheFolder } from './project-root.js';

const FIRST_BYTES_LIMIT_MS = 8_000;
const WHOLE_LIMIT_MS = 120_000;
const STEP_MS = 100;
const downloadFolder = join(cacheFolder, 'mongodb-binaries');
const outcomeFile = join(cacheFolder, 'mongod-download.json');
const child = join(dirname(fileURLToPath(import.meta.url)), 'mongod-download-child.js');

type Outcome = { readonly binary: string } | Unavailable;

/** The downloaded mongod. The download is tried once on this machine; its outcome is kept in the cache folder. */
export async function downloadedMongod(progress: (line: string) => void): Promise<Outcome> {
  const known = readOutcome();
  if (known && !('binary' in known)) return { why: `${known.why} when it was tried once` };
  if (known && isProgram(known.binary)) return known;
  progress('Trying to download MongoDB (once; a closed network is noticed within 8 s) ...');
  const outcome = await tryDownload();
  mkdirSync(cacheFolder, { recursive: true });
  writeFileSync(outcomeFile, `${JSON.stringify(outcome)}\n`);
  return outcome;
}

function readOutcome(): Outcome | undefined {
  try {
    return JSON.parse(readFileSync(outcomeFile, 'utf8')) as Outcome;
  } catch {
    return undefined;
  }
}

async function tryDownload(): Promise<Outcome> {
  const binary = await download();
  if (binary === undefined) return { why: 'the network refused it' };
  try {
    await outputOf(binary, ['--version'], 10_000);
    return { binary };
  } catch {
    return { why: 'the downloaded program does not run on this system' };
  }
}

/** The downloaded binary; undefined where the network is closed, too slow, or has no build for this system. */
async function download(): Promise<string | undefined> {
  const running = spawn(process.execPath, [child, downloadFolder], {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, MONGOMS_MAX_RETRIES: '1' },
  });
  let printed = '';
  running.stdout.setEncoding('utf8').on('data', (text: string) => {
    printed += text;
  });
  const watch = endWhenStuck(running);
  const code = await new Promise<number | null>((resolve) => {
    running.once('error', () => resolve(null));
    running.once('close', resolve);
  });
  clearInterval(watch);
  return code === 0 ? printed.trim() : undefined;
}

function endWhenStuck(running: ChildProcess): NodeJS.Timeout {
  const started = Date.now();
  return setInterval(() => {
    const spent = Date.now() - started;
    if (spent > WHOLE_LIMIT_MS || (spent > FIRST_BYTES_LIMIT_MS && !hasBytes())) running.kill('SIGKILL');
  }, STEP_MS);
}

function hasBytes(): boolean {
  try {
    return readdirSync(downloadFolder, { recursive: true, encoding: 'utf8' }).some(
      (file) => statSync(join(downloadFolder, file)).size > 64 * 1024,
    );
  } catch {
    return false;
  }
}
