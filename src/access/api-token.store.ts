import type { TenantContext } from '../platform/context.js';
import type { Database } from '../platform/database.js';
import { ApiToken } from './api-token.entity.js';

/** API tokens: read by the hash of their secret, listed and changed by tenant. */
export class ApiTokenStore {
  constructor(private readonly database: Database) {}

  /** The token of this key, of whichever tenant: this is how the tenant becomes known. */
  async findByKey(key: string): Promise<ApiToken | undefined> {
    const [token] = await this.database.findByKeys(ApiToken, [key]);
    return token;
  }

  async find(ctx: TenantContext, id: string): Promise<ApiToken | undefined> {
    return (await this.database.collection(ApiToken).findOne({ tenantId: ctx.tenantId, id })) ?? undefined;
  }

  /** The name of a token of the tenant, given by its id or by its name; tokens that hold no longer count. */
  async findName(ctx: TenantContext, idOrName: string): Promise<string | undefined> {
    const tokens = this.database.collection(ApiToken);
    const keys = ['id', 'name'] as const;
    const found = await Promise.all(
      keys.map((key) => tokens.findOne({ tenantId: ctx.tenantId, [key]: idOrName }, { projection: { name: 1 } })),
    );
    return found.find((token) => token !== null)?.name;
  }

  /** The newest tokens of the tenant, revoked and expired ones among them. */
  list(ctx: TenantContext, first: number): Promise<ApiToken[]> {
    const newest = { sort: { id: -1 }, limit: first } as const;
    return this.database.collection(ApiToken).find({ tenantId: ctx.tenantId }, newest).toArray();
  }

  async insert(_ctx: TenantContext, token: ApiToken): Promise<void> {
    await this.database.insertNew(ApiToken, [token]);
  }

  /** Revokes a token that isn't yet; the moment of the first time stays. */
  async revoke(_ctx: TenantContext, token: ApiToken, at: Date): Promise<void> {
    await this.set({ _id: token._id, revokedAt: null }, { revokedAt: at });
  }

  async expire(_ctx: TenantContext, token: ApiToken, at: Date): Promise<void> {
    await this.set({ _id: token._id }, { expiresAt: at });
  }

  async touch(token: ApiToken, at: Date): Promise<void> {
    await this.set({ _id: token._id }, { lastUsedAt: at });
  }

  private async set(filter: { _id: string; revokedAt?: null }, values: Partial<ApiToken>): Promise<void> {
    await this.database.updateMany(ApiToken, [{ filter, update: { $set: values } }]);
  }
}
