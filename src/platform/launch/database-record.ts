import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const identity = z.object({ pid: z.number(), started: z.string() });

const recordShape = z.object({
  uri: z.string(),
  name: z.string(),
  label: z.string(),
  /** The process we started; absent where `MONGODB_URI` named the database. */
  own: z
    .object({ port: z.number(), process: identity, command: z.string(), arguments: z.array(z.string()) })
    .optional(),
  /** The server that wrote the record. */
  writtenBy: identity,
});

/** Where the database of a data folder runs, and as which process. */
export type DatabaseRecord = z.infer<typeof recordShape>;
export type OwnDatabase = NonNullable<DatabaseRecord['own']>;

/** The record at this path; undefined where there is none, or none that can be read. */
export function readDatabaseRecord(path: string): DatabaseRecord | undefined {
  try {
    return recordShape.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

/** Writes the record, readable by its owner alone: the address may hold a password. */
export function writeDatabaseRecord(path: string, record: DatabaseRecord): void {
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  renameSync(draft, path);
}

export function removeDatabaseRecord(path: string): void {
  rmSync(path, { force: true });
}
