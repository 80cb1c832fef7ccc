import { accessSync, constants, existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { StartError, systemCode } from './start-error.js';

/** The places in `DATA_DIR`. */
export interface DataFolder {
  readonly path: string;
  /** The database's own files. */
  readonly database: string;
  /** Which family of databases wrote them. */
  readonly engine: string;
  /** What the database said while it ran. */
  readonly databaseLog: string;
  /** Where the running database is found. */
  readonly databaseRecord: string;
  /** One file a process that uses the database. */
  readonly databaseUsers: string;
  /** Held by the one server of this folder. */
  readonly serverLock: string;
  /** Held while a database is looked for and started. */
  readonly databaseLock: string;
}

/** The places in a data folder, whether it exists or not. */
export function dataFolderAt(path: string): DataFolder {
  return {
    path,
    database: join(path, 'db'),
    engine: join(path, 'db.engine'),
    databaseLog: join(path, 'database.log'),
    databaseRecord: join(path, 'database.json'),
    databaseUsers: join(path, 'database-users'),
    serverLock: join(path, 'server.lock'),
    databaseLock: join(path, 'database.lock'),
  };
}

/** Makes the data folder, readable by its owner alone, and checks that it can be written. */
export function openDataFolder(path: string): DataFolder {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw new StartError(
      `DATA_DIR ${path} can't be written (${systemCode(error) ?? 'unknown fault'}): give this user the right to, or set DATA_DIR to another folder.`,
    );
  }
  return dataFolderAt(path);
}

/** Whether a database has written into the data folder. */
export function holdsData(folder: DataFolder): boolean {
  return existsSync(folder.database) && readdirSync(folder.database).length > 0;
}
