import { randomBytes } from 'node:crypto';
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { dataFolderAt, holdsData, openDataFolder } from './data-folder.js';
import { StartError, systemCode } from './start-error.js';

const SECRET_BYTES = 32;

/** The secrets of a file, one a line: the first is the one in use, the others were before. */
export function secretsIn(path: string): readonly [string, ...string[]] {
  const lines = readSecret(path).split(/[\r\n]+/);
  const [first = '', ...former] = lines.map((line) => line.trim()).filter((line) => line !== '');
  if ([first, ...former].every(isLongEnough)) return [first, ...former];
  throw tooShort(path);
}

/** The secret kept in the data folder under this name, readable by its owner alone; made at the first call. */
export function keptSecret(dataDir: string, fileName: string): string {
  return readSecret(keptSecretFile(dataDir, fileName));
}

/** The file of the secret kept in the data folder under this name, as `keptSecret`. */
export function keptSecretFile(dataDir: string, fileName: string): string {
  const path = join(openDataFolder(dataDir).path, fileName);
  if (!existsSync(path)) makeSecret(path);
  return path;
}

/** Refuses to make a new master key beside data that was sealed under another one. */
export function requireMasterKeyOfData(dataDir: string, fileName: string): void {
  if (existsSync(join(dataDir, fileName)) || !holdsData(dataFolderAt(dataDir))) return;
  throw new StartError(
    `DATA_DIR ${dataDir} holds data sealed under a master key that isn't there: set MASTER_KEY to it, put ${fileName} back, or set DATA_DIR to a new folder.`,
  );
}

function makeSecret(path: string): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${randomBytes(SECRET_BYTES).toString('base64url')}\n`, { mode: 0o600 });
  try {
    linkSync(draft, path);
  } catch (error) {
    if (systemCode(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

function readSecret(path: string): string {
  try {
    const secret = readFileSync(path, 'utf8').trim();
    if (isLongEnough(secret)) return secret;
  } catch (error) {
    throw new StartError(
      `${path} can't be read (${systemCode(error) ?? 'unknown fault'}): give this user the right to.`,
    );
  }
  throw tooShort(path);
}

function isLongEnough(secret: string): boolean {
  return Buffer.byteLength(secret) >= SECRET_BYTES;
}

function tooShort(path: string): StartError {
  return new StartError(`${path} holds a secret shorter than ${SECRET_BYTES} bytes: put the right file back.`);
}
