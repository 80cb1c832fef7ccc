import type { TenantContext } from '../platform/context.js';
import type { Database } from '../platform/database.js';
import type { Sensitivity } from '../platform/entity.js';
import { idOf } from '../platform/ids.js';
import { openDocument } from '../platform/sealed-store.js';
import { Profile } from './profile.entity.js';
import type { StoredProfile } from './profile-document.js';
import type { ProfileTraits } from './traits.entity.js';

const READ_AT_ONCE = 500;
const TRAITS = { _id: 1, traits: 1, key: 1, sealed: 1 } as const;

/** A living profile's id, and its traits in the classes that were opened. */
export interface ProfileValues {
  readonly id: string;
  readonly traits: ProfileTraits;
}

/** The traits of all profiles of a tenant, for statistics. */
export class ProfileValuesStore {
  constructor(private readonly database: Database) {}

  /** How many living profiles meet conditions. One command. */
  count(ctx: TenantContext, conditions: readonly Record<string, unknown>[]): Promise<number> {
    return this.database.collection(Profile).countDocuments(filterOf(ctx, conditions) as object);
  }

  /** The ids of living profiles: one cursor. */
  async *ids(ctx: TenantContext, conditions: readonly Record<string, unknown>[]): AsyncGenerator<string> {
    for await (const { _id } of this.find(ctx, conditions, { _id: 1 })) yield idOf(_id);
  }

  /** The traits of living profiles, opened where their classes are named: one cursor. */
  async *traits(
    ctx: TenantContext,
    conditions: readonly Record<string, unknown>[],
    classes: ReadonlySet<Sensitivity>,
  ): AsyncGenerator<ProfileValues> {
    for await (const stored of this.find(ctx, conditions, TRAITS)) {
      const { traits } = openDocument(ctx, Profile, stored, classes);
      yield { id: idOf(stored._id), traits };
    }
  }

  private find(ctx: TenantContext, conditions: readonly Record<string, unknown>[], projection: Record<string, 1>) {
    const found = this.database
      .collection(Profile)
      .find(filterOf(ctx, conditions) as object, { projection, batchSize: READ_AT_ONCE });
    return found as unknown as AsyncIterable<StoredProfile>;
  }
}

function filterOf({ tenantId }: TenantContext, conditions: readonly Record<string, unknown>[]) {
  const living = { tenantId, lastSeenAt: { $gt: new Date(0) } };
  return conditions.length > 0 ? { ...living, $and: conditions } : living;
}
