import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { ProcessLock } from '../../src/platform/launch/process-lock.js';
import { onPath, outputOf } from '../../src/platform/launch/programs.js';
import { cacheFolder } from '../../src/platform/launch/project-root.js';

const INSTALL_LIMIT_MS = 240_000;
const NETWORK_FAULT = /connection|timed? ?out|resolution|unreachable|ssl|proxy|retries|no matching distribution/i;

const clients = resolve('test/clients');
const requirements = join(clients, 'requirements.txt');
const venv = join(cacheFolder, 'python-clients');
const python = join(venv, 'bin', 'python');
const stamp = join(venv, '.installed');

/** Runs the scripts of `test/clients`. */
export interface PythonClients {
  /** Python, with the clients in its environment. */
  readonly program: string;
  /** The path of a script. */
  script(name: string): string;
  /** Gives a script its order as JSON and gives back what it prints; fails with its error output. */
  run<T>(script: string, order: object): Promise<T>;
}

/**
 * Python's clients, installed into an environment of their own at the first call; undefined where the package index can't
 * be reached, which a line says.
 */
export async function pythonClients(): Promise<PythonClients | undefined> {
  mkdirSync(cacheFolder, { recursive: true });
  const lock = await ProcessLock.wait(join(cacheFolder, 'python-clients.lock'), INSTALL_LIMIT_MS);
  if (!lock) throw new Error("Another process has been installing Python's clients for minutes.");
  try {
    return isInstalled() || (await install()) ? { program: python, script, run } : undefined;
  } finally {
    lock.release();
  }
}

/** An environment that was moved, or made of other packages, is made anew. */
const installed = () => `${venv}\n${readFileSync(requirements, 'utf8')}`;
const isInstalled = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === installed() && existsSync(python);

async function install(): Promise<boolean> {
  const system = onPath('python3');
  if (!system) throw new Error("Tests of Python's clients need a python3 on the PATH.");
  rmSync(venv, { recursive: true, force: true });
  await outputOf(system, ['-m', 'venv', venv], INSTALL_LIMIT_MS);
  const quiet = ['--quiet', '--no-input', '--disable-pip-version-check', '--retries', '2', '--timeout', '20'];
  try {
    await outputOf(python, ['-m', 'pip', 'install', ...quiet, '-r', requirements], INSTALL_LIMIT_MS);
  } catch (error) {
    if (!NETWORK_FAULT.test(String((error as { stderr?: string }).stderr))) throw error;
    process.stdout.write("Python's clients: skipped, the Python package index can't be reached to install them.\n");
    return false;
  }
  writeFileSync(stamp, installed());
  return true;
}

const script = (name: string) => join(clients, name);

async function run<T>(name: string, order: object): Promise<T> {
  const child = spawn(python, [script(name)], { stdio: ['pipe', 'pipe', 'pipe'] });
  child.stdin.end(JSON.stringify(order));
  const ended = new Promise<number | null>((settle) => child.once('close', settle));
  const [printed, errors, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  if (code !== 0) throw new Error(`${name} ended with code ${code}: ${errors}`);
  return JSON.parse(printed) as T;
}
