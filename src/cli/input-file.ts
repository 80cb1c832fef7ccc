import { type FileHandle, open, readFile } from 'node:fs/promises';
import { StartError, systemCode } from '../platform/launch/start-error.js';

/** Opens a file to be read. */
export async function openInput(file: string): Promise<FileHandle> {
  const handle = await open(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw new StartError(`${file} is no file.`);
}

/** The whole text of a small file. */
export async function textOf(file: string): Promise<string> {
  return readFile(file, 'utf8').catch((error: unknown) => {
    throw unreadable(file, error);
  });
}

function unreadable(file: string, error: unknown): StartError {
  const reason = systemCode(error) === 'ENOENT' ? 'does not exist' : `cannot be read (${systemCode(error) ?? error})`;
  return new StartError(`${file} ${reason}.`);
}
