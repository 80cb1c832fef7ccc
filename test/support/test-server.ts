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

/** The running test server; in the project `interpreted`, the one beside it that compiles nothing. */
export function testServer(): TestServer {
  const told = JSON.parse(readFileSync(resolve('.tmp/test-server.json'), 'utf8')) as TestServer & Interpreting;
  const { EXECUTOR } = globalThis as { EXECUTOR?: string };
  return EXECUTOR === 'interpreted' ? { ...told, url: told.interpretedUrl ?? 'not started' } : told;
}

interface Interpreting {
  readonly interpretedUrl?: string;
}
