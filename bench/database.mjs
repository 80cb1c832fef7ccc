import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Database } from '../dist/src/platform/database.js';
import { findDatabase } from '../dist/src/platform/launch/database-finder.js';

/**
 * Runs `work` with a database of this run alone, found as the server finds one: `MONGODB_URI`, or a database started on
 * a temporary data folder. Nothing of it is left afterwards.
 */
export async function withBenchDatabase(work) {
  const dataDir = await mkdtemp(join(tmpdir(), 'tributary-bench-'));
  const progress = (line) => console.error(line);
  const found = await findDatabase({ mongodbUri: process.env.MONGODB_URI, dataDir, progress });
  const dbName = `tributary_bench_${randomBytes(4).toString('hex')}`;
  const connect = (options = {}) => Database.connect(found.uri, { dbName, ...options });
  try {
    return await work({ description: found.description.split(';')[0], connect, uri: withName(found.uri, dbName) });
  } finally {
    await drop(connect);
    await found.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

function withName(uri, name) {
  const named = new URL(uri);
  named.pathname = name;
  return named.href;
}

async function drop(connect) {
  const database = await connect();
  await database.connection.dropDatabase();
  await database.close();
}

/** Counts the commands that a database connected with `monitorCommands` receives while `work` runs. */
export async function countCommands(database, work) {
  const client = database.connection.getClient();
  const counts = {};
  const count = ({ commandName }) => {
    counts[commandName] = (counts[commandName] ?? 0) + 1;
  };
  client.on('commandStarted', count);
  await work();
  client.off('commandStarted', count);
  return counts;
}
