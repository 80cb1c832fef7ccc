import { LRUCache } from 'lru-cache';
import type { MatchModel } from '../matching/match-model.js';
import type { TenantContext } from '../platform/context.js';
import type { Database } from '../platform/database.js';
import { idOf, keyOf } from '../platform/ids.js';
import { openJson, placeOf, sealJson } from '../platform/seal.js';
import { LearnedModel } from './match-model.entity.js';

const MODELS_KEPT = 16;
const DIGITS = 8;

/** The collection of learned models. */
export class MatchModelStore {
  /** By tenant and version: what is stored under a version never changes. */
  private readonly kept = new LRUCache<string, MatchModel>({ max: MODELS_KEPT });

  constructor(private readonly database: Database) {}

  /** The model of a version; undefined where there is none. One command the first time. */
  async find(ctx: TenantContext, version: number): Promise<MatchModel | undefined> {
    const key = keyOfVersion(ctx, version);
    const known = this.kept.get(key);
    if (known) return known;
    const [stored] = await this.database.findByKeys(LearnedModel, [key]);
    if (!stored) return undefined;
    const model = openJson(ctx.keys.data, placeOf('match_models', key), stored.sealedModel) as MatchModel;
    this.kept.set(key, model);
    return model;
  }

  /** Stores a model under the next version, and returns that. */
  async add(ctx: TenantContext, model: MatchModel): Promise<number> {
    for (let version = (await this.newestVersion(ctx)) + 1; ; version += 1) {
      const _id = keyOfVersion(ctx, version);
      const sealedModel = sealJson(ctx.keys.data, placeOf('match_models', _id), model);
      const stored = { _id, tenantId: ctx.tenantId, sealedModel, createdAt: ctx.now() };
      if ((await this.database.insertNew(LearnedModel, [stored])).size === 0) return version;
    }
  }

  /** The highest version there is; 0 where there is none. One command. */
  async newestVersion({ tenantId }: Pick<TenantContext, 'tenantId'>): Promise<number> {
    const [newest] = await this.database
      .collection(LearnedModel)
      .find({ _id: { $gte: keyOf(tenantId, '0'), $lt: keyOf(tenantId, 'a') } }, { projection: { _id: 1 } })
      .sort({ _id: -1 })
      .limit(1)
      .toArray();
    return newest ? Number(idOf(newest._id)) : 0;
  }
}

function keyOfVersion({ tenantId }: TenantContext, version: number): string {
  return keyOf(tenantId, String(version).padStart(DIGITS, '0'));
}
