import { pathToFileURL } from 'node:url';
import { ensureBuilt } from '../../scripts/build.mjs';
import { inProject } from '../../scripts/project.mjs';

/** The file that threads for matching run, as it is built: a thread of its own reads no TypeScript. */
export async function builtThread() {
  await ensureBuilt(() => {});
  return pathToFileURL(inProject('dist/src/likeness/match-thread.js'));
}
