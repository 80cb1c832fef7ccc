import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { identityOf, isRunning, type ProcessIdentity } from './process-identity.js';
import { systemCode } from './start-error.js';

const WAIT_STEP_MS = 100;
let drafts = 0;

/** A file held by one live process at a time; a holder that died counts as gone. */
export class ProcessLock {
  private constructor(private readonly path: string) {}

  /** Takes the lock, or answers who holds it. */
  static take(path: string): ProcessLock | { readonly holder: ProcessIdentity } {
    for (;;) {
      if (createWhole(path, JSON.stringify(identityOf(process.pid)))) return new ProcessLock(path);
      const found = readText(path);
      if (found === undefined) continue;
      const holder = parseHolder(found);
      if (holder && isRunning(holder)) return { holder };
      removeIfStill(path, found);
    }
  }

  /** Takes the lock as soon as its holder lets go; undefined where that takes longer than the limit. */
  static async wait(path: string, limitMs: number): Promise<ProcessLock | undefined> {
    const limit = Date.now() + limitMs;
    for (;;) {
      const taken = ProcessLock.take(path);
      if (taken instanceof ProcessLock) return taken;
      if (Date.now() > limit) return undefined;
      await new Promise((resolve) => setTimeout(resolve, WAIT_STEP_MS));
    }
  }

  release(): void {
    rmSync(this.path, { force: true });
  }
}

/** Creates a file together with its content, so that nobody ever reads half of it; false where it exists. */
function createWhole(path: string, content: string): boolean {
  const draft = draftOf(path);
  writeFileSync(draft, content, { mode: 0o600 });
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Removes a dead holder's file; one that another process made in the meantime is put back. */
function removeIfStill(path: string, content: string): void {
  const aside = draftOf(path);
  try {
    renameSync(path, aside);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  const taken = readText(aside);
  if (taken !== undefined && taken !== content) createWhole(path, taken);
  rmSync(aside, { force: true });
}

function draftOf(path: string): string {
  drafts += 1;
  return `${path}.${process.pid}.${drafts}`;
}

function parseHolder(text: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(text) as ProcessIdentity;
  } catch {
    return undefined;
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
