import { createSecretKey, type KeyObject } from 'node:crypto';
import jwt from 'jsonwebtoken';
import { LRUCache } from 'lru-cache';
import { AppError } from '../platform/errors.js';
import { ConsentPurpose } from '../privacy/consent-purpose.js';
import { unauthenticated } from './access-errors.js';
import { KeySet } from './key-set.js';
import { readClaims, type UserClaims } from './user-token.rules.js';

/** Where user tokens come from: an HS256 secret of Tributary's own, an identity provider's key set, or both. */
export interface UserTokenOptions {
  readonly jwtSecret: string | undefined;
  readonly jwks: { readonly uri: string; readonly issuer: string; readonly audience: string } | undefined;
}

/** What goes into a token that Tributary signs itself. */
export interface NewUserToken {
  readonly tenantId: string;
  readonly roles: readonly string[];
  readonly subject: string;
  readonly ttlSeconds: number;
}

const SMALLEST_SECRET_BYTES = 32;
const LONGEST_TOKEN = 8_192;
/** How far a provider's clock may be ahead for a token that is not valid before now; a token's end is never put off. */
const CLOCK_SKEW_SECONDS = 30;
const VERIFIED_CHARACTERS_KEPT = 8_000_000;
const VERIFIED_KEPT_MS = 60_000;
const ALL_PURPOSES: readonly string[] = Object.values(ConsentPurpose);

/** Signs and verifies user tokens. The kind of the key, and not the token's header, says which algorithm counts. */
export class UserTokenService {
  private readonly secret: KeyObject | undefined;
  private readonly keySet: KeySet | undefined;
  /** Tokens whose signature held, so that a busy caller's is checked once a minute. */
  private readonly verified = new LRUCache<string, UserClaims>({
    maxSize: VERIFIED_CHARACTERS_KEPT,
    sizeCalculation: (_, token) => token.length,
    ttl: VERIFIED_KEPT_MS,
  });

  constructor(
    private readonly options: UserTokenOptions,
    private readonly clock: () => Date = () => new Date(),
  ) {
    this.secret = options.jwtSecret === undefined ? undefined : secretKeyOf(options.jwtSecret);
    this.keySet = options.jwks && new KeySet(options.jwks.uri, clock);
  }

  /** Signs an HS256 token; throws where users come from an identity provider alone. */
  sign({ tenantId, roles, subject, ttlSeconds }: NewUserToken): string {
    if (!this.secret)
      throw new AppError('CONFLICT', 'JWKS_URI names who makes user tokens; set JWT_SECRET to make them here.');
    const payload = { tenant: tenantId, roles };
    return jwt.sign(payload, this.secret, { algorithm: 'HS256', subject, expiresIn: ttlSeconds });
  }

  /** The claims of a token that holds now; else UNAUTHENTICATED, or SERVICE_UNAVAILABLE where the provider's keys are out of reach. */
  async verify(token: string): Promise<UserClaims> {
    const known = this.verified.get(token);
    if (known && this.holdsNow(known)) return known;
    const header = token.length > LONGEST_TOKEN ? undefined : headerOf(token);
    const claims = header && readClaims(await this.payloadOf(token, header), ALL_PURPOSES);
    if (!claims) throw unauthenticated();
    const { tenantId, subject } = claims;
    if (!this.holdsNow(claims)) throw unauthenticated({ kind: 'USER', tenantId, subject });
    this.verified.set(token, claims);
    return claims;
  }

  private holdsNow({ expiresAt }: UserClaims): boolean {
    return expiresAt > this.clock();
  }

  private async payloadOf(token: string, { alg, kid }: jwt.JwtHeader): Promise<unknown> {
    if (alg === 'HS256') return this.secret && this.check(token, this.secret, { algorithms: ['HS256'] });
    if (!this.options.jwks || typeof kid !== 'string') return undefined;
    const key = await this.keySet?.find(kid);
    if (!key) return undefined;
    const { issuer, audience } = this.options.jwks;
    const options = { algorithms: [algorithmOf(key)], issuer, audience, clockTolerance: CLOCK_SKEW_SECONDS };
    return this.check(token, key, options);
  }

  private check(token: string, key: KeyObject, options: jwt.VerifyOptions & { complete?: false }): unknown {
    try {
      const clockTimestamp = Math.floor(this.clock().getTime() / 1_000);
      return jwt.verify(token, key, { ...options, clockTimestamp, ignoreExpiration: true }); // `verify` asks when it ends
    } catch {
      return undefined;
    }
  }
}

function secretKeyOf(secret: string): KeyObject {
  if (Buffer.byteLength(secret) < SMALLEST_SECRET_BYTES) {
    throw new Error(`JWT_SECRET must be at least ${SMALLEST_SECRET_BYTES} bytes.`);
  }
  return createSecretKey(secret, 'utf8');
}

function algorithmOf(key: KeyObject): jwt.Algorithm {
  return key.asymmetricKeyType === 'ec' ? 'ES256' : 'RS256';
}

function headerOf(token: string): jwt.JwtHeader | undefined {
  try {
    return jwt.decode(token, { complete: true })?.header;
  } catch {
    return undefined;
  }
}
