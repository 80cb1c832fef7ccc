import { relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Logger } from 'pino';
import { type Config, loadConfig } from './config.js';
import { openDataFolder } from './platform/launch/data-folder.js';
import { type FoundDatabase, findDatabase } from './platform/launch/database-finder.js';
import { listenFault, requireFreePort } from './platform/launch/free-port.js';
import { ProcessLock } from './platform/launch/process-lock.js';
import { projectRoot } from './platform/launch/project-root.js';
import { runUntilSignal } from './platform/launch/run-until-signal.js';
import { StartError } from './platform/launch/start-error.js';
import { createLogger, describeFault } from './platform/logger.js';
import type { Services } from './services.js';

const STOP_LIMIT_MS = 30_000;

/** A server that answers; `stop` drains it, then ends the database it started. */
export interface RunningServer {
  readonly url: string;
  readonly stopLimitMs: number;
  stop(): Promise<void>;
}

/** Starts the server: its data folder, its database, then the application. Throws `StartError` for what a person can mend. */
export async function start(config: Config, logger: Logger, say: (line: string) => void): Promise<RunningServer> {
  const lock = lockDataFolder(config.dataDir);
  try {
    await requireFreePort(config.host, config.port);
    return await startLocked(config, logger, say, lock);
  } catch (error) {
    lock.release();
    throw error;
  }
}

/** Serves until SIGINT or SIGTERM, then drains; sets the process's exit code. */
export async function main(): Promise<void> {
  await runUntilSignal(
    async () => {
      const config = loadConfig();
      return start(config, createLogger(config.logLevel), (line) => process.stdout.write(`${line}\n`));
    },
    (line) => process.stderr.write(`${line}\n`),
  );
}

async function startLocked(
  config: Config,
  logger: Logger,
  say: (line: string) => void,
  lock: ProcessLock,
): Promise<RunningServer> {
  const application = import('./app.js');
  const database = await findDatabase({
    mongodbUri: config.mongodbUri,
    dataDir: config.dataDir,
    progress: say,
    supervisorLog: { warn: (message) => logger.warn(message), error: (message) => logger.error(message) },
  });
  say(`Database: ${database.description}`);
  const app = await startApp(
    async () => (await application).createApp({ config, uri: database.uri, logger }),
    config,
    database,
  );
  say(`Tributary is ready at ${app.url}`);
  say(`A token: ${tokenCommand(config)}`);
  const demo = config.demo ? fillDemo(app.services, logger, say) : undefined;
  return {
    url: app.url,
    stopLimitMs: STOP_LIMIT_MS + config.drainDelayMs,
    stop: async () => {
      app.drain.begin();
      await demo?.stop();
      await app.close();
      await database.stop();
      lock.release();
    },
  };
}

/** Fills the demo tenant beside the serving; `stop` ends it after the batch under way. */
function fillDemo(services: Services, logger: Logger, say: (line: string) => void): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const loading = import('../seeds/load-demo.js')
    .then(({ loadDemo }) => loadDemo(services, { say, signal: stopping.signal }))
    .catch((error: unknown) =>
      logger.error(describeFault(error), 'The demo tenant could not be filled; the next start goes on with it.'),
    );
  return {
    stop: async () => {
      stopping.abort();
      await loading;
    },
  };
}

async function startApp<T>(create: () => Promise<T>, config: Config, database: FoundDatabase): Promise<T> {
  try {
    return await create();
  } catch (error) {
    await database.stop();
    throw listenFault(error, config.host, config.port) ?? error;
  }
}

function lockDataFolder(dataDir: string): ProcessLock {
  const taken = ProcessLock.take(openDataFolder(dataDir).serverLock);
  if (taken instanceof ProcessLock) return taken;
  throw new StartError(
    `DATA_DIR ${dataDir} is in use by the server with process id ${taken.holder.pid}: stop that one, or set DATA_DIR to another folder.`,
  );
}

function tokenCommand(config: Config): string {
  const folder = relative(projectRoot, config.dataDir);
  const place = folder === '.data' ? '' : `DATA_DIR=${config.dataDir} `;
  return `${place}npx tributary token --tenant demo --role ADMIN`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
