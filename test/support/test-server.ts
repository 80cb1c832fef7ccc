import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** The one server that the API tests talk to, and what a test may need of its inside. */
export interface TestServer {
  readonly url: string;
  readonly databaseUri: string;
  readonly databaseName: string;
  /** Signs user tokens (HS256). */
  readonly jwtSecret: string;
  readonly masterKey: string;
  readonly dataDir: string;
  /** All that the server has printed. */
  readonly logFile: string;
  readonly pid: number;
}

/** The running test server; in the project `executors`, the one beside it that compiles nothing. */
export function testServer(): TestServer {
  const told = whatWasTold();
  const { EXECUTOR } = globalThis as { EXECUTOR?: string };
  return EXECUTOR === 'interpreted' ? { ...told, url: executorUrls().interpreted } : told;
}

/** Where operations run compiled, and where interpreted; in the project `executors` alone. */
export function executorUrls(): { readonly compiled: string; readonly interpreted: string } {
  const { url, interpretedUrl = 'not started' } = whatWasTold();
  return { compiled: url, interpreted: interpretedUrl };
}

function whatWasTold(): TestServer & { readonly interpretedUrl?: string } {
  return JSON.parse(readFileSync(resolve('.tmp/test-server.json'), 'utf8'));
}
