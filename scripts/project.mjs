import { createHash } from 'node:crypto';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json. */
export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** A path from the project's root. */
export const inProject = (...parts) => join(root, ...parts);

/** SHA-256 of some content. */
export const hashOf = (content) => createHash('sha256').update(content).digest('hex');
