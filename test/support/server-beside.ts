import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { spawnServer } from './spawned-server.mjs';
import { testServer } from './test-server.js';

/** A server beside the test server, on its database. */
export interface ServerBeside {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts one; `environment` says what is other than with the test server. */
export async function startBeside(environment: NodeJS.ProcessEnv): Promise<ServerBeside> {
  const { databaseUri, databaseName, masterKey } = testServer();
  const folder = mkdtempSync(join(tmpdir(), 'tributary-beside-'));
  const uri = new URL(databaseUri);
  uri.pathname = databaseName;
  const ours = { PORT: '0', HOST: '127.0.0.1', DEMO: 'off', NODE_ENV: 'test', LOG_LEVEL: 'error', CLOCK_OFFSET: '' };
  const place = { MASTER_KEY: masterKey, MONGODB_URI: uri.href, DATA_DIR: folder };
  const server = spawnServer({ ...process.env, JWT_SECRET: '', ...ours, ...place, ...environment });
  const url = await server.ready;
  const close = async () => {
    server.child.kill('SIGTERM');
    await server.ended;
    rmSync(folder, { recursive: true, force: true });
  };
  return { url, close };
}
