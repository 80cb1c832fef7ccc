import { createHash, randomBytes } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { Channel } from '../channels/channel.js';
import type { TenantContext } from '../platform/context.js';
import { AppError, badInput, notFound } from '../platform/errors.js';
import { keyOf, PLATFORM, ulid } from '../platform/ids.js';
import { pageSize } from '../platform/page.js';
import { ConsentPurpose } from '../privacy/consent-purpose.js';
import { unauthenticated } from './access-errors.js';
import type { ApiToken } from './api-token.entity.js';
import {
  endOfOverlap,
  expiryOfSuccessor,
  grantOf,
  holdsAt,
  type TokenGrant,
  type TokenRequest,
} from './api-token.rules.js';
import type { ApiTokenStore } from './api-token.store.js';
import type { ApiTokenPayload } from './api-token.view.js';
import { type PolicyService, subjectOfScope } from './policy.service.js';
import type { Principal } from './principal.js';

const SECRET_BYTES = 32;
const PREFIX_LENGTH = 'trb_'.length + 6;
const TOKENS_KEPT = 10_000;
/** For so long a token revoked by another process is still taken; open sockets are looked at each second besides, so that two are kept. */
const TOKENS_KEPT_MS = 500;
const USE_NOTED_EVERY_MS = 60_000;

type Among = (ctx: TenantContext, ids: readonly string[]) => Promise<ReadonlySet<string>>;

/** Which of some ids a tenant has. */
export interface KnownIds {
  /** Those that lead to profiles. */
  readonly profiles: Among;
  readonly segments: Among;
}

const NONE_KNOWN: KnownIds = { profiles: async () => new Set(), segments: async () => new Set() };

/** API tokens: made, rotated, revoked, and told from their secret. */
export class ApiTokenService {
  private readonly tokens: LRUCache<string, ApiToken>;
  /** Called when a token has been revoked here: what lives by it can be ended at once. */
  onRevoked: () => void = () => undefined;
  private readonly noted = new LRUCache<string, true>({ max: TOKENS_KEPT, ttl: USE_NOTED_EVERY_MS });

  constructor(
    private readonly store: ApiTokenStore,
    private readonly policies: PolicyService,
    private readonly clock: () => Date,
    private readonly known = NONE_KNOWN,
  ) {
    this.tokens = new LRUCache({
      max: TOKENS_KEPT,
      ttl: TOKENS_KEPT_MS,
      fetchMethod: (key) => this.store.findByKey(key),
    });
  }

  /** The caller that brings this secret; else UNAUTHENTICATED. */
  async principalOf(secret: string): Promise<Principal> {
    const token = await this.tokens.fetch(keyOfSecret(secret));
    const now = this.clock();
    if (!token) throw unauthenticated();
    const { tenantId, id } = token;
    if (!holdsAt(token, now)) throw unauthenticated({ kind: 'API_TOKEN', tenantId, subject: id });
    this.noteUse(token, now);
    return {
      kind: 'API_TOKEN',
      tenantId: token.tenantId,
      subject: token.id,
      name: token.name,
      roles: token.scopes.map(subjectOfScope),
      purposes: token.purposes,
      expiresAt: token.expiresAt ?? undefined,
      channel: token.channel ?? undefined,
      namespace: token.namespace ?? undefined,
      segmentIds: token.segmentIds ?? undefined,
      profileIds: token.profileIds ?? undefined,
    };
  }

  /** The tenant's newest tokens, with those that no longer hold. */
  async list(ctx: TenantContext, first: number): Promise<ApiToken[]> {
    return this.store.list(ctx, pageSize(first));
  }

  /** The name that a partner is known by, given it or the id of one of its tokens; undefined where there is no such token. */
  partnerNamed(ctx: TenantContext, idOrName: string): Promise<string | undefined> {
    return this.store.findName(ctx, idOrName);
  }

  /** Makes a token; BAD_USER_INPUT names an unknown scope, purpose or channel. `at` is the request's path in errors. */
  async create(ctx: TenantContext, request: TokenRequest, at = 'input'): Promise<ApiTokenPayload> {
    const vocabulary = {
      scopes: await this.policies.scopes(),
      purposes: Object.values(ConsentPurpose),
      channels: Object.values(Channel),
    };
    const grant = grantOf(request, vocabulary, ctx.now(), at);
    await this.requireKnown(ctx, 'profiles', grant.profileIds, `${at}.profileIds`);
    await this.requireKnown(ctx, 'segments', grant.segmentIds, `${at}.segmentIds`);
    return this.make(ctx, grant);
  }

  /** Replaces a token by one with the same rights; both hold for the overlap. CONFLICT where the old one no longer does. */
  async rotate(ctx: TenantContext, id: string, overlapMinutes: number): Promise<ApiTokenPayload> {
    const old = await this.require(ctx, id);
    const now = ctx.now();
    const end = endOfOverlap(old, overlapMinutes, now);
    if (!holdsAt(old, now)) throw new AppError('CONFLICT', 'The token has expired or is revoked; create another one.');
    const made = await this.make(ctx, { ...old, expiresAt: expiryOfSuccessor(old, now) });
    await this.store.expire(ctx, old, end);
    this.tokens.delete(old._id);
    return made;
  }

  /** Ends a token: here at once, in other processes within two seconds. Revoking again changes nothing. */
  async revoke(ctx: TenantContext, id: string): Promise<ApiToken> {
    const token = await this.require(ctx, id);
    await this.store.revoke(ctx, token, ctx.now());
    this.tokens.delete(token._id);
    this.onRevoked();
    return this.require(ctx, id);
  }

  private async requireKnown(
    ctx: TenantContext,
    kind: keyof KnownIds,
    ids: readonly string[] | null,
    path: string,
  ): Promise<void> {
    if (!ids || ids.length === 0) return;
    const known = await this.known[kind](ctx, ids);
    const wrong = ids.findIndex((id) => !known.has(id));
    if (wrong >= 0) throw badInput(`${path}[${wrong}]`, `must be the id of a ${kind.slice(0, -1)}`);
  }

  private async make(ctx: TenantContext, grant: TokenGrant): Promise<ApiTokenPayload> {
    const secret = `trb_${randomBytes(SECRET_BYTES).toString('base64url')}`;
    const now = ctx.now();
    const token: ApiToken = {
      _id: keyOfSecret(secret),
      tenantId: ctx.tenantId,
      id: `tok_${ulid(now)}`,
      name: grant.name,
      prefix: secret.slice(0, PREFIX_LENGTH),
      scopes: grant.scopes,
      purposes: grant.purposes as ConsentPurpose[],
      channel: grant.channel as Channel | null,
      namespace: grant.namespace,
      segmentIds: grant.segmentIds,
      profileIds: grant.profileIds,
      createdAt: now,
      expiresAt: grant.expiresAt,
      lastUsedAt: null,
      revokedAt: null,
    };
    await this.store.insert(ctx, token);
    return { token, secret };
  }

  private async require(ctx: TenantContext, id: string): Promise<ApiToken> {
    const token = await this.store.find(ctx, id);
    if (!token) throw notFound('The token');
    return token;
  }

  /** Notes the last use at most once a minute. The caller doesn't wait for it, and a note that is lost is no reason to refuse. */
  private noteUse(token: ApiToken, now: Date): void {
    const isRecent = token.lastUsedAt !== null && now.getTime() - token.lastUsedAt.getTime() < USE_NOTED_EVERY_MS;
    if (isRecent || this.noted.has(token._id)) return;
    this.noted.set(token._id, true);
    this.store.touch(token, now).catch(() => this.noted.delete(token._id));
  }
}

function keyOfSecret(secret: string): string {
  return keyOf(PLATFORM, createHash('sha256').update(secret).digest('base64url'));
}
