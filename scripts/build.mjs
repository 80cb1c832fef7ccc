import { copyFile, mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hashOf, inProject } from './project.mjs';

/**
 * Transpiles src/ and seeds/ into dist/, only the files that changed. Types are checked by `npm run check`: leaving them out
 * here keeps a whole build below a second and an unchanged one at a few milliseconds.
 */
const SOURCES = ['src', 'seeds'];
const BUILT = inProject('dist');
const STAMP = join(BUILT, '.build.json');

/** Brings dist/ up to date with the sources. */
export async function ensureBuilt(say) {
  const settings = await readFile(inProject('.swcrc'), 'utf8');
  const wanted = { settings: hashOf(settings), files: await hashesOfSources() };
  const known = await readStamp();
  const isSame = (file) => known.settings === wanted.settings && known.files[file] === wanted.files[file];
  const changed = Object.keys(wanted.files).filter((file) => !isSame(file));
  const gone = Object.keys(known.files).filter((file) => !(file in wanted.files));
  if (changed.length + gone.length === 0) return;
  const started = Date.now();
  await transpileAll(changed, settings);
  await Promise.all(gone.map((file) => rm(outputOf(file), { force: true })));
  await writeWhole(STAMP, JSON.stringify(wanted));
  say(`Built ${changed.length} changed files in ${Date.now() - started} ms.`);
}

async function transpileAll(files, settings) {
  const { transform } = await import('@swc/core');
  const { $schema: _, ...options } = JSON.parse(settings);
  await Promise.all(
    files.map(async (file) => {
      const output = outputOf(file);
      await mkdir(dirname(output), { recursive: true });
      if (file.endsWith('.json')) return copyFile(inProject(file), output);
      const source = await readFile(inProject(file), 'utf8');
      const { code } = await transform(source, { ...options, swcrc: false, filename: inProject(file) });
      return writeWhole(output, code);
    }),
  );
}

function outputOf(file) {
  return join(BUILT, file.replace(/\.ts$/, '.js'));
}

/** A reader, or a second build at the same time, never meets half a file. */
async function writeWhole(path, content) {
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, content);
  await rename(draft, path);
}

async function hashesOfSources() {
  const files = (await Promise.all(SOURCES.map(filesIn))).flat().sort();
  const hashes = await Promise.all(files.map(async (file) => [file, hashOf(await readFile(inProject(file)))]));
  return Object.fromEntries(hashes);
}

async function filesIn(folder) {
  const entries = await readdir(inProject(folder), { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile() && /(?<!\.d)\.(ts|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(inProject().length + 1));
}

async function readStamp() {
  try {
    return JSON.parse(await readFile(STAMP, 'utf8'));
  } catch {
    return { settings: '', files: {} };
  }
}
