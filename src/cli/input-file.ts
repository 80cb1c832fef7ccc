import { type FileHandle, open, readFile } from 'node:fs/promises';
import type { RejectFile } from '../platform/files/reject-file.js';
import { StartError, systemCode } from '../platform/launch/start-error.js';

const READ_AT_ONCE_BYTES = 64 * 1024;

/** Opens a file to be read. */
export async function openInput(file: string): Promise<FileHandle> {
  const handle = await open(file).catch((error: unknown) => {
    throw unreadable(file, error);
  });
  if ((await handle.stat()).isFile()) return handle;
  await handle.close();
  throw new StartError(`${file} is no file.`);
}

/** The bytes of a file that stays open. */
export function bytesOf(handle: FileHandle): AsyncIterable<Buffer> {
  return handle.createReadStream({ highWaterMark: READ_AT_ONCE_BYTES, autoClose: false });
}

/** Closes the file of refused rows, and says where it is, if any was refused. */
export async function endRejects(rejects: RejectFile): Promise<void> {
  await rejects.close();
  if (rejects.path) process.stderr.write(`Refused rows are in ${rejects.path}\n`);
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
