import { rmSync, writeFileSync } from 'node:fs';
import { type DataFolder, holdsData, openDataFolder } from './data-folder.js';
import { type DatabaseCandidate, type DatabaseProgram, localUri } from './database-candidate.js';
import { listPassedOver, type PassedOver, startFirst } from './database-choice.js';
import { type DatabaseRun, startDatabase, stopDatabase } from './database-process.js';
import {
  type DatabaseRecord,
  type OwnDatabase,
  readDatabaseRecord,
  removeDatabaseRecord,
  writeDatabaseRecord,
} from './database-record.js';
import { DatabaseSupervisor, type SupervisorLog } from './database-supervisor.js';
import { joinDatabaseUsers, leaveDatabaseUsers } from './database-users.js';
import { checkExternalDatabase } from './external-database.js';
import { freePort } from './free-port.js';
import { answers } from './mongo-probe.js';
import { fetchedMongod, installedMongod } from './mongod-candidates.js';
import { hasEnded, identityOf, isRunning, type ProcessIdentity, signal } from './process-identity.js';
import { ProcessLock } from './process-lock.js';
import { pythonSecantus, rustSecantus } from './secantus-candidates.js';
import { StartError } from './start-error.js';

/** Where to look for a database. */
export interface DatabaseSearch {
  readonly mongodbUri: string | undefined;
  readonly dataDir: string;
  /** Hears of steps that take seconds. */
  progress(line: string): void;
  /** With it, the database is started again whenever it ends. */
  readonly supervisorLog?: SupervisorLog | undefined;
}

/** A database that answers. */
export interface FoundDatabase {
  readonly uri: string;
  readonly name: string;
  /** Which it is and why those before it in the order were passed over, in one line. */
  readonly description: string;
  readonly passedOver: readonly PassedOver[];
  /** Lets go of it; one that Tributary started is ended when nobody else uses it. */
  stop(): Promise<void>;
}

const DATABASE_NAME = 'tributary';
const LOCK_LIMIT_MS = 240_000;
const ANSWER_LIMIT_MS = 5_000;
const CANDIDATES = [installedMongod, fetchedMongod, rustSecantus, pythonSecantus];

/** Finds a database in the order of `docs`: `MONGODB_URI`, the one left running, mongod, its download, SecantusDB. */
export async function findDatabase(search: DatabaseSearch): Promise<FoundDatabase> {
  const folder = openDataFolder(search.dataDir);
  if (search.mongodbUri) return external(folder, search.mongodbUri);
  return withDatabaseLock(folder, async () => {
    const { record, passedOver, found } = (await leftRunning(folder)) ?? (await startOwn(folder, search));
    joinDatabaseUsers(folder.databaseUsers);
    return own(folder, record, passedOver, found, search.supervisorLog);
  });
}

async function external(folder: DataFolder, mongodbUri: string): Promise<FoundDatabase> {
  const { uri, name, hosts } = await checkExternalDatabase(mongodbUri);
  const label = `MongoDB at ${hosts}`;
  writeDatabaseRecord(folder.databaseRecord, { uri, name, label, writtenBy: identityOf(process.pid) });
  return {
    uri,
    name,
    description: `${label}, named by MONGODB_URI`,
    passedOver: [],
    stop: async () => removeDatabaseRecord(folder.databaseRecord),
  };
}

interface Running {
  readonly record: DatabaseRecord & { own: OwnDatabase };
  readonly passedOver: readonly PassedOver[];
  readonly found: string;
}

async function leftRunning(folder: DataFolder): Promise<Running | undefined> {
  const record = readDatabaseRecord(folder.databaseRecord);
  if (!record?.own || !isRunning(record.own.process)) return undefined;
  if (await answers(record.uri, ANSWER_LIMIT_MS)) {
    return { record: { ...record, own: record.own }, passedOver: [], found: 'found running' };
  }
  signal(record.own.process, 'SIGKILL');
  await hasEnded(record.own.process, ANSWER_LIMIT_MS);
  return undefined;
}

async function startOwn(folder: DataFolder, search: DatabaseSearch): Promise<Running> {
  const port = await freePort(readDatabaseRecord(folder.databaseRecord)?.own?.port);
  const { taken, passedOver } = await startFirst(CANDIDATES, folder, search.progress, (program, candidate) =>
    startProgram(folder, program, candidate, port),
  );
  return { record: taken, passedOver, found: `passed over: ${listPassedOver(passedOver)}` };
}

async function startProgram(
  folder: DataFolder,
  program: DatabaseProgram,
  candidate: DatabaseCandidate,
  port: number,
): Promise<Running['record']> {
  const uri = localUri(port, program, DATABASE_NAME);
  const run: DatabaseRun = {
    command: program.command,
    arguments: program.argumentsFor(port, folder.database),
    port,
    uri,
    ...(program.prepare && { prepare: () => program.prepare?.(port) ?? Promise.resolve() }),
  };
  const record = await startAndRecord(folder, run, program.label);
  writeFileSync(folder.engine, `${candidate.engine}\n`);
  return record;
}

async function startAndRecord(folder: DataFolder, run: DatabaseRun, label: string): Promise<Running['record']> {
  const isNew = !holdsData(folder);
  const writtenBy = identityOf(process.pid);
  const own = { port: run.port, command: run.command, arguments: [...run.arguments] };
  const recordOf = (started: ProcessIdentity) => ({
    uri: run.uri,
    name: DATABASE_NAME,
    label,
    own: { ...own, process: started },
    writtenBy,
  });
  try {
    const started = await startDatabase(folder, run, (launched) =>
      writeDatabaseRecord(folder.databaseRecord, recordOf(launched)),
    );
    return recordOf(started);
  } catch (error) {
    if (isNew) rmSync(folder.database, { recursive: true, force: true });
    throw error;
  }
}

function own(
  folder: DataFolder,
  record: Running['record'],
  passedOver: readonly PassedOver[],
  found: string,
  log: SupervisorLog | undefined,
): FoundDatabase {
  const supervisor = log && new DatabaseSupervisor(record.own.process, () => restart(folder, record), log);
  return {
    uri: record.uri,
    name: record.name,
    description: `${record.label}, at 127.0.0.1:${record.own.port}; ${found}`,
    passedOver,
    stop: async () => {
      const running = (await supervisor?.stop()) ?? record.own.process;
      await withDatabaseLock(folder, async () => {
        if (!leaveDatabaseUsers(folder.databaseUsers)) return;
        await stopDatabase(running);
        removeDatabaseRecord(folder.databaseRecord);
      });
    },
  };
}

async function restart(folder: DataFolder, record: Running['record']) {
  const run = { ...record.own, uri: record.uri };
  return startDatabase(folder, run, (started) => {
    writeDatabaseRecord(folder.databaseRecord, { ...record, own: { ...record.own, process: started } });
  });
}

async function withDatabaseLock<T>(folder: DataFolder, use: () => Promise<T>): Promise<T> {
  const lock = await ProcessLock.wait(folder.databaseLock, LOCK_LIMIT_MS);
  if (!lock) {
    throw new StartError(
      `Another process has been starting the database of DATA_DIR ${folder.path} for minutes: end it and try again.`,
    );
  }
  try {
    return await use();
  } finally {
    lock.release();
  }
}
