import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { identityOf, isRunning, type ProcessIdentity } from './process-identity.js';

/** Notes that this process uses the database of the folder. */
export function joinDatabaseUsers(folder: string): void {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  writeFileSync(join(folder, String(process.pid)), JSON.stringify(identityOf(process.pid)));
}

/** Notes that this process is done with the database; true where no live process is left that uses it. */
export function leaveDatabaseUsers(folder: string): boolean {
  rmSync(join(folder, String(process.pid)), { force: true });
  return !readdirSync(folder).some((file) => isLiveUser(join(folder, file)));
}

function isLiveUser(path: string): boolean {
  const user = readUser(path);
  if (user && isRunning(user)) return true;
  rmSync(path, { force: true });
  return false;
}

function readUser(path: string): ProcessIdentity | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as ProcessIdentity;
  } catch {
    return undefined;
  }
}
