import { randomBytes } from 'node:crypto';
import { createWriteStream, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawnServer } from './spawned-server.mjs';

const folder = fileURLToPath(new URL('../../.tmp', import.meta.url));
export const serverFile = join(folder, 'test-server.json');

let started;

/** Starts the one server that the API tests talk to; `test/support/test-server.ts` tells them where it is. */
export default function startTestServer() {
  started ??= start();
  return started;
}

async function start() {
  mkdirSync(folder, { recursive: true });
  endLeftOver();
  const dataDir = mkdtempSync(join(tmpdir(), 'tributary-test-'));
  const logFile = join(folder, 'test-server.log');
  const log = createWriteStream(logFile);
  const jwtSecret = randomBytes(32).toString('base64url');
  const masterKey = randomBytes(32).toString('base64url');
  const mongodbUri = process.env.MONGODB_URI ? ownDatabaseOf(process.env.MONGODB_URI) : '';
  const env = { PORT: '0', HOST: '127.0.0.1', DATA_DIR: dataDir, JWT_SECRET: jwtSecret, MASTER_KEY: masterKey };
  const server = spawnServer(
    {
      ...process.env,
      DEMO: 'off',
      LOG_LEVEL: 'debug',
      CLOCK_OFFSET: '',
      EXECUTOR: 'compiled',
      ...env,
      MONGODB_URI: mongodbUri,
      NODE_ENV: 'test',
    },
    { onOutput: (text) => log.write(text) },
  );
  const url = await server.ready;
  const { uri, name } = JSON.parse(readFileSync(join(dataDir, 'database.json'), 'utf8'));
  const told = { url, databaseUri: uri, databaseName: name, jwtSecret, masterKey, dataDir, logFile, pid: server.pid };
  writeFileSync(serverFile, JSON.stringify(told, null, 2), { mode: 0o600 });
  globalThis.tributaryTestServer = { server, dataDir, mongodbUri, name };
}

/** A database of this run alone on a replica set that others may use too. */
function ownDatabaseOf(uri) {
  const named = /^([^/]+\/\/[^/?]+)(?:\/[^?]*)?(\?.*)?$/.exec(uri);
  return named ? `${named[1]}/tributary_test_${randomBytes(4).toString('hex')}${named[2] ?? ''}` : uri;
}

/** Ends the server of a run that was killed before it could. */
function endLeftOver() {
  try {
    const { pid, dataDir } = JSON.parse(readFileSync(serverFile, 'utf8'));
    const holder = JSON.parse(readFileSync(join(dataDir, 'server.lock'), 'utf8'));
    const started = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ')[21];
    if (holder.pid === pid && holder.started.endsWith(`:${started}`)) process.kill(pid, 'SIGTERM');
  } catch {
    // There was none, or it has ended.
  }
  rmSync(serverFile, { force: true });
}
