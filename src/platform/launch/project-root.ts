import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json: files read at run time (`schema/`, policies, pages) are found from it, also by the build in `dist/`. */
export const projectRoot = nearestPackage(dirname(fileURLToPath(import.meta.url)));

/** Where Tributary keeps what it installs and learns about this machine; safe to delete. */
export const cacheFolder = join(projectRoot, '.cache');

function nearestPackage(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error('No package.json above the program: the installation is incomplete.');
  return nearestPackage(parent);
}
