import { LRUCache } from 'lru-cache';
import type { MatchModel } from '../matching/match-model.js';
import type { TenantContext } from '../platform/context.js';
import type { Database } from '../platform/database.js';
import { idOf, keyOf } from '../platform/ids.js';
import { openJson, placeOf, sealJson } from '../platform/seal.js';
import { ACCOUNT_SCHEMA } from './account-schema.js';
import { fittedTo } from './learned-model.rules.js';
import { LearnedModel } from './match-model.entity.js';

const MODELS_KEPT = 16;
const DIGITS = 8;

/** The collection of learned models. */
export class MatchModelStore {
  /** By tenant and version: what is stored under a version never changes. */
  private readonly kept = new LRUCache<string, MatchModel>({ max: MODELS_KEPT });

  constructor(private readonly database: Database) {}

  /** The model of a version, fitted to what accounts are compared by now; undefined where there is none. One command the first time. */
  async find(ctx: TenantContext, version: number): Promise<MatchModel | undefined> {
    const key = keyOfVersion(ctx, version);
    const known = this.kept.get(key);
    if (known) return known;
    const [stored] = await this.database.findByKeys(LearnedModel, [key]);
    if (!stored) return undefined;
    const learned = openJson(ctx.keys.data, placeOf('match_models', key), stored.sealedModel) as MatchModel;
    const model = fittedTo(ACCOUNT_SCHEMA.fields, learned);
    this.kept.set(key, model);
    return model;
  }

  /** Stores what a job has learned under the next version, unless it has stored one before, and returns the version. */
  async add(ctx: TenantContext, model: MatchModel, learnedBy: string): Promise<number> {
    for (;;) {
      const version = (await this.newestVersion(ctx)) + 1; // before the look for its own: one stored since takes this place
      const own = await this.versionBy(ctx, learnedBy);
      if (own !== undefined) return own;
      const _id = keyOfVersion(ctx, version);
      const sealedModel = sealJson(ctx.keys.data, placeOf('match_models', _id), model);
      const stored = { _id, tenantId: ctx.tenantId, sealedModel, learnedBy, createdAt: ctx.now() };
      if ((await this.database.insertNew(LearnedModel, [stored])).size === 0) return version;
    }
  }

  /** The version that a job has stored; undefined where it hasn't. One command. */
  async versionBy(ctx: TenantContext, learnedBy: string): Promise<number | undefined> {
    const found = await this.database
      .collection(LearnedModel)
      .findOne({ ...versionsOf(ctx), learnedBy }, { projection: { _id: 1 } });
    return found ? Number(idOf(found._id)) : undefined;
  }

  /** The highest version there is; 0 where there is none. One command. */
  async newestVersion(tenant: Pick<TenantContext, 'tenantId'>): Promise<number> {
    const [newest] = await this.database
      .collection(LearnedModel)
      .find(versionsOf(tenant), { projection: { _id: 1 } })
      .sort({ _id: -1 })
      .limit(1)
      .toArray();
    return newest ? Number(idOf(newest._id)) : 0;
  }
}

function keyOfVersion({ tenantId }: TenantContext, version: number): string {
  return keyOf(tenantId, String(version).padStart(DIGITS, '0'));
}

/** All of a tenant's. */
function versionsOf({ tenantId }: Pick<TenantContext, 'tenantId'>) {
  return { _id: { $gte: keyOf(tenantId, '0'), $lt: keyOf(tenantId, 'a') } };
}
