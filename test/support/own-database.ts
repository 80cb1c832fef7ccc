import { createSecretKey, randomBytes } from 'node:crypto';
import { ChangeFeed } from '../../src/platform/change-feed.js';
import { ChangeRing } from '../../src/platform/change-ring.js';
import { ChangeSource } from '../../src/platform/change-source.js';
import { ChangeLog, type ProfileChanged } from '../../src/platform/changes.js';
import type { TenantContext } from '../../src/platform/context.js';
import { Database } from '../../src/platform/database.js';
import { LocalKeys } from '../../src/platform/key-provider.js';
import { prepareDatabase } from '../../src/services.js';
import { TenantService } from '../../src/tenants/tenant.service.js';
import { TenantStore } from '../../src/tenants/tenant.store.js';
import { testServer } from './test-server.js';

/** A database of a test's own on the test server's database server: no other process works in it. */
export class OwnDatabase {
  readonly tenants: TenantService;
  readonly warnings: string[] = [];

  private constructor(readonly database: Database) {
    const masterKey = new LocalKeys(createSecretKey(randomBytes(32)));
    this.tenants = new TenantService(new TenantStore(database), masterKey, () => new Date());
  }

  static async create(): Promise<OwnDatabase> {
    const dbName = `own_${randomBytes(6).toString('hex')}`;
    const database = await Database.connect(testServer().databaseUri, { dbName });
    await prepareDatabase(database);
    return new OwnDatabase(database);
  }

  /** The context of a tenant, which is made where it is missing. */
  async contextOf(tenantId: string): Promise<TenantContext> {
    await this.tenants.createTenant(tenantId);
    return this.tenants.contextOf(tenantId, 'test');
  }

  /** A feed over it, with a memory of so many changes. */
  feed(remembered: number, clock: () => Date = () => new Date()): ChangeFeed {
    const report = { warn: (_fault: unknown, message: string) => this.warnings.push(message), lag: () => undefined };
    return new ChangeFeed(new ChangeSource(this.database), clock, report, new ChangeRing(remembered));
  }

  /** Appends changes of profiles, one row each. */
  async append(ctx: TenantContext, profileIds: readonly string[], version = 1): Promise<void> {
    const rows = profileIds.map(
      (profileId): ProfileChanged => ({ profileId, kind: 'UPDATED', version, paths: [], eventIds: [] }),
    );
    await new ChangeLog(this.database).append(ctx, rows);
  }

  async drop(): Promise<void> {
    await this.database.connection.dropDatabase();
    await this.database.close();
  }
}
