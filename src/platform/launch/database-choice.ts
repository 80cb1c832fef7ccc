import { readFileSync } from 'node:fs';
import { type DataFolder, holdsData } from './data-folder.js';
import type { DatabaseCandidate, DatabaseProgram } from './database-candidate.js';
import { DatabaseStartFault } from './database-process.js';
import { StartError } from './start-error.js';

/** A way to a database that was not taken, and the reason. */
export interface PassedOver {
  readonly candidate: string;
  readonly why: string;
}

/** What came of the candidates: the first that started, and those before it. */
export interface Choice<T> {
  readonly taken: T;
  readonly passedOver: readonly PassedOver[];
}

const ADVICE =
  'set MONGODB_URI to a MongoDB replica set, or install MongoDB or Python 3.10 to 3.13 with access to its package index';

/** Starts the first candidate that is there and that can read what the data folder holds. */
export async function startFirst<T>(
  candidates: readonly DatabaseCandidate[],
  folder: DataFolder,
  progress: (line: string) => void,
  start: (program: DatabaseProgram, candidate: DatabaseCandidate) => Promise<T>,
): Promise<Choice<T>> {
  const engine = engineOf(folder);
  const passedOver: PassedOver[] = [{ candidate: 'MONGODB_URI', why: 'not set' }];
  const advice = new Set<string>();
  for (const candidate of candidates) {
    const outcome = await tryCandidate(candidate, engine, progress, start);
    if ('taken' in outcome) return { taken: outcome.taken, passedOver };
    passedOver.push({ candidate: candidate.name, why: outcome.why });
    if (outcome.advice) advice.add(outcome.advice);
  }
  throw noDatabase(passedOver, [...advice], engine, folder);
}

/** The candidates that were not taken, in words. */
export function listPassedOver(passedOver: readonly PassedOver[]): string {
  return passedOver.map(({ candidate, why }) => `${candidate} (${why})`).join(', ');
}

async function tryCandidate<T>(
  candidate: DatabaseCandidate,
  engine: string | undefined,
  progress: (line: string) => void,
  start: (program: DatabaseProgram, candidate: DatabaseCandidate) => Promise<T>,
): Promise<{ taken: T } | { why: string; advice?: string }> {
  if (engine && engine !== candidate.engine) return { why: `the data folder was written by ${engine}` };
  const found = await candidate.find(progress);
  if ('why' in found) return found;
  try {
    return { taken: await start(found, candidate) };
  } catch (error) {
    if (error instanceof DatabaseStartFault) return { why: `it doesn't start: ${error.message}` };
    throw error;
  }
}

function engineOf(folder: DataFolder): string | undefined {
  if (!holdsData(folder)) return undefined;
  try {
    return readFileSync(folder.engine, 'utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

function noDatabase(
  passedOver: readonly PassedOver[],
  advice: readonly string[],
  engine: string | undefined,
  folder: DataFolder,
): StartError {
  const reasons = listPassedOver(passedOver);
  if (engine) {
    const mend = [...advice, `bring ${engine} back`, 'set DATA_DIR to a new folder'].join(', or ');
    return new StartError(`No database can open DATA_DIR ${folder.path}: ${reasons}. To mend it, ${mend}.`);
  }
  return new StartError(`No database was found: ${reasons}. To mend it, ${[...advice, ADVICE].join(', or ')}.`);
}
