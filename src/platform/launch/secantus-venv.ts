import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Unavailable } from './database-candidate.js';
import { ProcessLock } from './process-lock.js';
import { isProgram, onPath, outputOf } from './programs.js';
import { cacheFolder } from './project-root.js';
import { StartError } from './start-error.js';

const PACKAGE = 'SecantusDB==0.7.0b3';
const PYTHONS = ['python3', 'python3.13', 'python3.12', 'python3.11', 'python3.10'];
const OLDEST_MINOR = 10;
const NEWEST_MINOR = 13;
const PYTHON_LIMIT_MS = 20_000;
const INSTALL_LIMIT_MS = 170_000;
const NETWORK_FAULT = /connection|timed? ?out|resolution|unreachable|ssl|proxy|retries|no matching distribution/i;

const venvFolder = join(cacheFolder, 'secantus-venv');
const venvBinaries = join(venvFolder, 'bin');
const program = join(venvBinaries, 'secantusd-py');
const stamp = join(venvFolder, '.installed');
/** A virtual environment that was moved doesn't work any more. */
const installed = `${PACKAGE} in ${venvFolder}`;

/** The Python build's program; installs it into the cache folder at the first call. */
export async function secantusFromPython(progress: (line: string) => void): Promise<{ program: string } | Unavailable> {
  if (isInstalled()) return { program };
  const python = await findPython();
  if (!python) {
    return { why: 'no Python 3.10 to 3.13', advice: 'install Python 3.10 to 3.13' };
  }
  return installOnce(python, progress);
}

async function installOnce(
  python: string,
  progress: (line: string) => void,
): Promise<{ program: string } | Unavailable> {
  mkdirSync(cacheFolder, { recursive: true });
  const lock = await ProcessLock.wait(join(cacheFolder, 'install.lock'), INSTALL_LIMIT_MS);
  if (!lock)
    throw new StartError('Another process has been installing the database for minutes: end it and try again.');
  try {
    return isInstalled() ? { program } : await install(python, progress);
  } finally {
    lock.release();
  }
}

async function install(python: string, progress: (line: string) => void): Promise<{ program: string } | Unavailable> {
  progress(`Installing ${PACKAGE} into the cache folder (once) ...`);
  rmSync(venvFolder, { recursive: true, force: true });
  try {
    await outputOf(python, ['-m', 'venv', venvFolder], INSTALL_LIMIT_MS);
  } catch {
    return {
      why: 'Python has no venv module',
      advice: "install Python's venv module (on Debian: apt-get install python3-venv)",
    };
  }
  try {
    await outputOf(join(venvBinaries, 'python'), pipArguments(), INSTALL_LIMIT_MS);
  } catch (error) {
    return installFault(error);
  }
  writeFileSync(stamp, installed);
  return { program };
}

function pipArguments(): string[] {
  const quiet = ['--quiet', '--no-input', '--disable-pip-version-check', '--prefer-binary'];
  return ['-m', 'pip', 'install', ...quiet, '--retries', '2', '--timeout', '20', PACKAGE];
}

function installFault(error: unknown): Unavailable {
  const said = String((error as { stderr?: string }).stderr ?? '');
  if (NETWORK_FAULT.test(said)) {
    return { why: "the Python package index can't be reached", advice: 'connect to the network' };
  }
  const [lastLine = 'pip ended without a word'] = said.trim().split('\n').slice(-1);
  return { why: `pip failed (${lastLine.slice(0, 200)})`, advice: `mend \`pip install ${PACKAGE}\`` };
}

function isInstalled(): boolean {
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === installed && isProgram(join(venvBinaries, 'python'));
}

async function findPython(): Promise<string | undefined> {
  for (const name of PYTHONS) {
    const path = onPath(name);
    if (path && (await isSupported(path))) return path;
  }
  return undefined;
}

async function isSupported(python: string): Promise<boolean> {
  try {
    const printed = await outputOf(python, ['-c', 'import sys; print(*sys.version_info[:2])'], PYTHON_LIMIT_MS);
    const [major, minor] = printed.trim().split(' ').map(Number);
    return major === 3 && minor !== undefined && minor >= OLDEST_MINOR && minor <= NEWEST_MINOR;
  } catch {
    return false;
  }
}
