import type { TenantContext } from '../platform/context.js';
import type { Database } from '../platform/database.js';
import { hashedUlid, keyOf } from '../platform/ids.js';
import { ObservedName } from './observed-name.entity.js';
import type { Observed } from './observed-names.rules.js';

/** The names that a tenant's traits and events were seen with. */
export class ObservedNameStore {
  constructor(private readonly database: Database) {}

  /** Files names; those that are there stay as they are. One command. */
  async add(ctx: TenantContext, names: readonly Observed[]): Promise<void> {
    const { tenantId } = ctx;
    await this.database.insertNew(
      ObservedName,
      names.map((name) => ({ _id: keyOf(tenantId, idOfName(name)), tenantId, ...name })),
    );
  }

  /** All names of a tenant, at most so many. One command. */
  async all(ctx: Pick<TenantContext, 'tenantId'>, most: number): Promise<Observed[]> {
    const found = this.database.collection(ObservedName).find({ tenantId: ctx.tenantId });
    return found.limit(most).toArray();
  }
}

/** Stands for a name and its kind. */
export function idOfName({ event, path, kind }: Observed): string {
  return `obn_${hashedUlid(event, path, kind)}`;
}
