import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Tributary as it starts, over a database of the benchmark's; returns the port it answers at. */
export async function startTributary({ uri, masterKey, jwtSecret }, worker) {
  const { createApp } = await import('../dist/src/app.js');
  const { createLogger } = await import('../dist/src/platform/logger.js');
  const dataDir = mkdtempSync(join(tmpdir(), 'tributary-bench-side-'));
  process.once('exit', () => rmSync(dataDir, { recursive: true, force: true }));
  process.once('SIGTERM', () => process.exit());
  const config = {
    dataDir,
    port: 0,
    host: '127.0.0.1',
    nodeEnv: 'production',
    masterKey: Buffer.from(masterKey, 'hex'),
    jwtSecret,
    clockOffsetMs: 0,
    worker,
    drainDelayMs: 0,
    rateLimitCostPerMinute: 1_000_000_000,
    requestTimeoutMs: 30_000,
    mostConnections: 10_000,
  };
  const { url } = await createApp({ config, uri, logger: createLogger('error') });
  return Number(new URL(url).port);
}
