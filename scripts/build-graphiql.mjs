import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { orOneLine } from './for-people.mjs';
import { hashOf, inProject, root } from './project.mjs';

/**
 * Bundles the page of `/graphiql` with its editor's workers and fonts into one folder: two seconds, and nothing where the
 * lockfile and the page are as they were.
 */
const SOURCES = ['package-lock.json', join('scripts', 'graphiql-page.mjs'), join('scripts', 'build-graphiql.mjs')];
const WORKERS = {
  'editor.worker': 'monaco-editor/esm/vs/editor/editor.worker.js',
  'json.worker': 'monaco-editor/esm/vs/language/json/json.worker.js',
  'graphql.worker': 'monaco-graphql/esm/graphql.worker.js',
};

/** Brings the bundle up to date; returns whether there was anything to do. */
export async function buildGraphiql({ projectRoot = root, outDir = inProject('dist', 'graphiql') } = {}) {
  const stamp = await stampOf(projectRoot);
  if ((await readFile(join(outDir, '.stamp'), 'utf8').catch(() => '')) === stamp) return false;
  const draft = join(dirname(outDir), `.${basename(outDir)}.${process.pid}`);
  await mkdir(draft, { recursive: true });
  try {
    await bundle(projectRoot, draft);
    await writeFile(join(draft, '.stamp'), stamp);
    await rm(outDir, { recursive: true, force: true });
    await rename(draft, outDir);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return true;
}

async function stampOf(projectRoot) {
  return hashOf((await Promise.all(SOURCES.map((file) => readFile(join(projectRoot, file), 'utf8')))).join('\n'));
}

async function bundle(projectRoot, outdir) {
  const { build, stop } = await import('esbuild');
  const common = {
    bundle: true,
    minify: true,
    target: 'es2022',
    absWorkingDir: projectRoot,
    outdir,
    logLevel: 'error',
  };
  await Promise.all([
    build({
      ...common,
      entryPoints: { page: join(projectRoot, 'scripts', 'graphiql-page.mjs') },
      format: 'esm',
      splitting: true,
      loader: { '.ttf': 'file', '.woff': 'file', '.woff2': 'file' },
      define: { 'process.env.NODE_ENV': '"production"' },
    }),
    build({ ...common, entryPoints: WORKERS, format: 'iife' }),
  ]);
  await stop(); // its process would stay beside the server's
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await orOneLine(() => buildGraphiql());
