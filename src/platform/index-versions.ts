import { AppError } from './errors.js';

/** The version before any rotation: what it stores are the tokens as they are. */
export const BARE_ID = 1;

/** Permutes blocks of 16 bytes, each by itself, under one key. */
export type BlockCipher = (blocks: Buffer) => Buffer;

/** A version of a tenant's index key: what is stored under it stands for the tokens that everything is compared by. */
export interface IndexVersion {
  readonly id: number;
  /** Null of the first version alone. */
  readonly cipher: BlockCipher | null;
}

/** The versions of a tenant's index key that are known here. */
export interface IndexVersions {
  /** Under which tokens are written. */
  readonly current: IndexVersion;
  /** Under which tokens may be stored that are looked for, the oldest first; `current` is one of them. */
  readonly asked: readonly IndexVersion[];
  /** One of these, or one that gave way and may still stand in a document. */
  find(id: number): IndexVersion | undefined;
}

/** A tenant whose index key never gave way. */
export const BARE_ONLY: IndexVersions = versionsOf([{ id: BARE_ID, cipher: null }], BARE_ID, BARE_ID);

/** Versions of which one is in force, those from `from` on are asked for, and the others can be read where they stand. */
export function versionsOf(all: readonly IndexVersion[], inForce: number, from: number): IndexVersions {
  const byId = new Map(all.map((version) => [version.id, version]));
  const current = byId.get(inForce);
  if (!current) throw new AppError('SERVICE_UNAVAILABLE', 'This tenant is stored without its index key.');
  const asked = all.filter(({ id }) => id >= from).sort((a, b) => a.id - b.id);
  return { current, asked, find: (id) => byId.get(id) };
}
