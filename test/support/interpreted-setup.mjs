import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import startTestServer, { serverFile } from './global-setup.mjs';
import { spawnServer } from './spawned-server.mjs';

/** Starts a second server beside the test server, on its database, which interprets every operation. */
export default async function startInterpretingServer() {
  await startTestServer();
  const told = JSON.parse(readFileSync(serverFile, 'utf8'));
  const dataDir = mkdtempSync(join(tmpdir(), 'tributary-interpreted-'));
  const uri = new URL(told.databaseUri);
  uri.pathname = told.databaseName;
  const secrets = { JWT_SECRET: told.jwtSecret, MASTER_KEY: told.masterKey };
  const ours = { PORT: '0', HOST: '127.0.0.1', DEMO: 'off', LOG_LEVEL: 'error', CLOCK_OFFSET: '', NODE_ENV: 'test' };
  const place = { DATA_DIR: dataDir, MONGODB_URI: uri.href, EXECUTOR: 'interpreted' };
  const server = spawnServer({ ...process.env, ...ours, ...secrets, ...place });
  globalThis.tributaryTestServer.interpreting = { server, dataDir };
  writeFileSync(serverFile, JSON.stringify({ ...told, interpretedUrl: await server.ready }, null, 2), { mode: 0o600 });
}
