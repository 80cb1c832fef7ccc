/** One way to a database of our own, in the order they are tried. */
export interface DatabaseCandidate {
  /** How the start-up line calls it. */
  readonly name: string;
  readonly engine: DatabaseEngine;
  /** How to run it here, or why it can't be. */
  find(progress: (line: string) => void): Promise<DatabaseProgram | Unavailable>;
}

/** Databases of one engine read each other's files. */
export type DatabaseEngine = 'MongoDB' | 'SecantusDB';

/** A database program that is ready to be started. */
export interface DatabaseProgram {
  readonly label: string;
  readonly command: string;
  readonly replicaSet: string;
  /** Whether writes are sent again by the driver where a connection broke, which the database then has to know of. */
  readonly retriesWrites: boolean;
  argumentsFor(port: number, folder: string): string[];
  /** Brings the replica set about, where the program doesn't by itself. */
  prepare?(port: number): Promise<void>;
}

export interface Unavailable {
  readonly why: string;
  /** A fault that the person can mend, when no other candidate is left. */
  readonly advice?: string;
}

/** The address of a database of our own on this port. */
export function localUri(
  port: number,
  { replicaSet, retriesWrites }: Pick<DatabaseProgram, 'replicaSet' | 'retriesWrites'>,
  name: string,
): string {
  return `mongodb://127.0.0.1:${port}/${name}?replicaSet=${replicaSet}&directConnection=true&retryWrites=${retriesWrites}`;
}
