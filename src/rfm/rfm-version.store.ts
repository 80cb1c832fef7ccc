import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { keyOf } from '../platform/ids.js';
import { RfmVersion } from './rfm-version.entity.js';

/** The cuts of a version, before it is stored. */
export type NewRfmVersion = Pick<RfmVersion, 'version' | 'asOf' | 'currency' | 'mark' | 'customers' | 'cuts'>;

/** The collection of versions. */
export class RfmVersionStore {
  constructor(private readonly database: Database) {}

  /** The newest version; undefined where there is none. One command. */
  async newest(ctx: TenantContext): Promise<RfmVersion | undefined> {
    const found = this.database.collection(RfmVersion).find({ tenantId: ctx.tenantId });
    const [newest] = await found.sort({ version: -1 }).limit(1).toArray();
    return newest as RfmVersion | undefined;
  }

  /** Adds a version; whether its number was free. One command. */
  async add(ctx: TenantContext, version: NewRfmVersion): Promise<boolean> {
    const _id = keyOf(ctx.tenantId, String(version.version));
    const row = { _id, tenantId: ctx.tenantId, ...version } as RfmVersion & Stored;
    return (await this.database.insertNew(RfmVersion, [row])).size === 0;
  }
}
