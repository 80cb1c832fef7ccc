import type { Command } from 'commander';
import { loadConfig } from '../config.js';
import { Database } from '../platform/database.js';
import { databaseOfCommand } from '../platform/launch/database-for-command.js';
import { runUntilSignal } from '../platform/launch/run-until-signal.js';
import { createLogger } from '../platform/logger.js';
import { createServices, prepareDatabase } from '../services.js';
import { createFeed, startWorker } from '../worker.js';

/** `tributary worker`: reactions alone, beside servers that run with `WORKER=off` or take their own share. */
export function workerCommand(program: Command): void {
  program
    .command('worker')
    .description('run reactions alone, beside the servers of the same database')
    .action(() => runUntilSignal(startAlone, (line) => process.stderr.write(`${line}\n`)));
}

async function startAlone(): Promise<{ stop(): Promise<void> }> {
  const config = loadConfig();
  const logger = createLogger(config.logLevel);
  const found = await databaseOfCommand(config);
  const database = await Database.connect(found.uri);
  await prepareDatabase(database);
  const services = await createServices({ config, database });
  const feed = createFeed(database, services, logger);
  const worker = startWorker(database, feed, services, logger);
  process.stdout.write(`Worker is ready, on ${found.description}\n`);
  const stop = async () => {
    await worker.stop();
    await feed.stop();
    await database.close();
    await found.stop();
  };
  return { stop };
}
