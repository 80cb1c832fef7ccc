import { hash } from 'node:crypto';

/** The hash function that a log is chained with. */
export interface HashSuite {
  /** As the log names it: `SHA-256`. */
  readonly name: string;
  digest(bytes: Uint8Array): Buffer;
}

export const SHA_256: HashSuite = { name: 'SHA-256', digest: (bytes) => hash('sha256', bytes, 'buffer') };
