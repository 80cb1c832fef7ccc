import { dataFolderAt } from './data-folder.js';
import { type FoundDatabase, findDatabase } from './database-finder.js';
import { readDatabaseRecord } from './database-record.js';
import { isRunning } from './process-identity.js';

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;
const INTERRUPTED = 130;

/** What a command needs of the configuration to find its database. */
export interface DatabasePlace {
  readonly dataDir: string;
  readonly mongodbUri: string | undefined;
}

/**
 * The running server's database, found through `DATA_DIR`; else `MONGODB_URI`; else one started for the command's
 * duration. Progress goes to the error output; call `stop` when done.
 */
export async function databaseFor(place: DatabasePlace): Promise<FoundDatabase> {
  return endedBySignals(await databaseOfCommand(place));
}

/** As `databaseFor`, for a command that ends by signals in an order of its own. */
export async function databaseOfCommand(place: DatabasePlace): Promise<FoundDatabase> {
  const record = readDatabaseRecord(dataFolderAt(place.dataDir).databaseRecord);
  if (record && !record.own && isRunning(record.writtenBy)) {
    const { uri, name, label } = record;
    return { uri, name, description: `${label}, the running server's`, passedOver: [], stop: async () => {} };
  }
  const ownRuns = record?.own && isRunning(record.own.process);
  return findDatabase({
    dataDir: place.dataDir,
    mongodbUri: ownRuns ? undefined : place.mongodbUri,
    progress: (line) => process.stderr.write(`${line}\n`),
  });
}

/** Ctrl-C ends the command and takes the database that was started for it along. */
function endedBySignals(found: FoundDatabase): FoundDatabase {
  const end = () => void found.stop().finally(() => process.exit(INTERRUPTED));
  for (const signal of SIGNALS) process.once(signal, end);
  return {
    ...found,
    stop: async () => {
      for (const signal of SIGNALS) process.off(signal, end);
      await found.stop();
    },
  };
}
