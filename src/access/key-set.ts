import { createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto';
import { z } from 'zod';
import { AppError } from '../platform/errors.js';

const TIMEOUT_MS = 5_000;
const FRESH_MS = 10 * 60_000;
const PAUSE_MS = 10_000;

const keySet = z.object({
  keys: z.array(z.looseObject({ kid: z.string().optional(), kty: z.string(), use: z.string().optional() })),
});

/**
 * The public keys of an identity provider (RFC 7517), by key id. The whole set is fetched at once, again after ten
 * minutes, and for an unknown id at most every ten seconds, so that made-up ids neither flood the provider nor crowd out
 * real ones. While the provider is away, the keys known so far hold.
 */
export class KeySet {
  private keys: ReadonlyMap<string, KeyObject> = new Map();
  private fetchedAt = 0;
  private fetching: Promise<void> | undefined;

  constructor(
    private readonly uri: string,
    private readonly clock: () => Date,
  ) {}

  /** The key of this id, or undefined; SERVICE_UNAVAILABLE where no key could be fetched yet. */
  async find(kid: string): Promise<KeyObject | undefined> {
    const age = Math.abs(this.clock().getTime() - this.fetchedAt);
    if (age > (this.keys.has(kid) ? FRESH_MS : PAUSE_MS)) {
      this.fetching ??= this.refresh();
      await this.fetching;
    }
    return this.keys.get(kid);
  }

  private async refresh(): Promise<void> {
    try {
      this.keys = await fetchKeys(this.uri);
      this.fetchedAt = this.clock().getTime();
    } catch {
      if (this.keys.size === 0) {
        throw new AppError(
          'SERVICE_UNAVAILABLE',
          'The keys of the identity provider are out of reach; try again shortly.',
        );
      }
      this.fetchedAt = this.clock().getTime() - FRESH_MS + PAUSE_MS;
    } finally {
      this.fetching = undefined;
    }
  }
}

/** The signing keys an address serves now; keys of kinds that no accepted algorithm uses are left out. */
async function fetchKeys(uri: string): Promise<Map<string, KeyObject>> {
  const response = await fetch(uri, { signal: AbortSignal.timeout(TIMEOUT_MS), redirect: 'error' });
  if (!response.ok) throw new Error(`The key set answers ${response.status}.`);
  const found = new Map<string, KeyObject>();
  for (const key of keySet.parse(await response.json()).keys) {
    const isForSigning = (key.kty === 'RSA' || key.kty === 'EC') && (key.use ?? 'sig') === 'sig';
    if (key.kid && isForSigning) found.set(key.kid, createPublicKey({ key: key as JsonWebKey, format: 'jwk' }));
  }
  return found;
}
