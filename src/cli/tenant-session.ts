import type { Config } from '../config.js';
import { Database } from '../platform/database.js';
import { masterKeysOf } from '../platform/key-provider.js';
import { databaseFor } from '../platform/launch/database-for-command.js';
import { TenantService } from '../tenants/tenant.service.js';
import { TenantStore } from '../tenants/tenant.store.js';

/** What a command works with, while its database is open. */
export interface TenantSession {
  readonly database: Database;
  readonly tenants: TenantService;
  readonly clock: () => Date;
}

/** Finds the database, runs `work`, and closes what was opened for it. */
export async function withTenants<T>(config: Config, work: (session: TenantSession) => Promise<T>): Promise<T> {
  const found = await databaseFor(config);
  try {
    const database = await Database.connect(found.uri);
    try {
      const clock = () => new Date(Date.now() + config.clockOffsetMs);
      const tenants = new TenantService(new TenantStore(database), masterKeysOf(config), clock);
      return await work({ database, tenants, clock });
    } finally {
      await database.close();
    }
  } finally {
    await found.stop();
  }
}
