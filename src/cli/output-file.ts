import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { StartError, systemCode } from '../platform/launch/start-error.js';

/** Refuses an output that can't be written, that is no file, or that one of these files stands in the place of. */
export async function checkOutput(option: string, output: string, others: readonly string[]): Promise<void> {
  const folder = dirname(output);
  const found = await stat(folder).catch((error: unknown) => {
    throw new StartError(
      `The folder ${folder} of ${option} ${systemCode(error) === 'ENOENT' ? 'does not exist' : `can't be read (${systemCode(error)})`}.`,
    );
  });
  if (!found.isDirectory()) throw new StartError(`${folder}, where ${option} would be, is no folder.`);
  await access(folder, constants.W_OK).catch(() => {
    throw new StartError(`The folder ${folder} of ${option} can't be written to.`);
  });
  const there = await stat(output).catch(() => undefined);
  if (there && !there.isFile()) throw new StartError(`${option} ${output} is no file.`);
  const place = await placeOf(output);
  for (const other of others) {
    if ((await placeOf(other)) !== place && !(there && (await isSame(other, there)))) continue;
    throw new StartError(
      `${option} ${output} would overwrite ${other}, which is read or written as well: name another file.`,
    );
  }
}

async function placeOf(file: string): Promise<string> {
  return realpath(file).catch(async () =>
    join(await realpath(dirname(file)).catch(() => dirname(file)), basename(file)),
  );
}

async function isSame(file: string, { dev, ino }: { dev: number; ino: number }): Promise<boolean> {
  const found = await stat(file).catch(() => undefined);
  return found?.dev === dev && found.ino === ino;
}
