import { readdir, readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { projectRoot } from '../platform/launch/project-root.js';
import { securityHeaders } from './security-headers.js';

/** What the page may do: load its own files, and style itself as its editor does; nothing from anywhere else. */
const MAY_LOAD_ITS_OWN = {
  'default-src': ["'none'"],
  'script-src': ["'self'"],
  'style-src': ["'self'", "'unsafe-inline'"],
  'worker-src': ["'self'"],
  'font-src': ["'self'", 'data:'],
  'img-src': ["'self'", 'data:'],
  'connect-src': ["'self'"],
  'base-uri': ["'none'"],
  'form-action': ["'none'"],
  'frame-ancestors': ["'none'"],
};

const PAGE = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Tributary: GraphiQL</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/graphiql/page.css">
<style>html, body, #page { height: 100%; margin: 0; }</style>
</head>
<body>
<div id="page">Loading ...</div>
<script type="module" src="/graphiql/page.js"></script>
</body>
</html>
`;

const NOT_BUILT = 'GraphiQL is not built: run `node scripts/build-graphiql.mjs`, then load this page again.\n';

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.ttf': 'font/ttf',
  '.woff2': 'font/woff2',
  '.woff': 'font/woff',
};

/** Where the page's own files are, and the operations it shows first. */
export interface GraphiqlFolders {
  readonly built: string;
  readonly operations: string;
}

const FOLDERS: GraphiqlFolders = {
  built: join(projectRoot, 'dist', 'graphiql'),
  operations: join(projectRoot, 'schema', 'operations'),
};

/** `GET /graphiql`: the offline IDE, with the operations of `schema/operations` as tabs. Not for production. */
export function registerGraphiqlRoutes(server: FastifyInstance, folders: GraphiqlFolders = FOLDERS): void {
  const onRequest = securityHeaders(MAY_LOAD_ITS_OWN);
  server.get('/graphiql', { onRequest }, async (_request, reply) => {
    if (await fileIn(folders.built, 'page.js')) return reply.type('text/html; charset=utf-8').send(PAGE);
    return reply.status(503).type('text/plain; charset=utf-8').send(NOT_BUILT);
  });
  server.get('/graphiql/operations.json', async () => operationsIn(folders.operations));
  server.get<{ Params: { file: string } }>('/graphiql/:file', { onRequest }, (request, reply) =>
    sendFile(reply, folders.built, request.params.file),
  );
}

async function sendFile(reply: FastifyReply, folder: string, name: string): Promise<FastifyReply> {
  const type = CONTENT_TYPES[extname(name)];
  const content = type && (await fileIn(folder, name));
  if (!content) {
    reply.callNotFound();
    return reply;
  }
  return reply.type(type).header('cache-control', 'no-cache').send(content);
}

/** A file's content; undefined for one that isn't there and for names that lead elsewhere. */
async function fileIn(folder: string, name: string): Promise<Buffer | undefined> {
  if (!/^[\w.-]+$/.test(name) || name.startsWith('.')) return undefined;
  return readFile(join(folder, name)).catch(() => undefined);
}

/** The documents in `schema/operations`, by the name of their file. */
async function operationsIn(folder: string): Promise<{ name: string; query: string }[]> {
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.graphql')).sort();
  return Promise.all(
    names.map(async (name) => ({
      name: name.slice(0, -'.graphql'.length),
      query: await readFile(join(folder, name), 'utf8'),
    })),
  );
}
