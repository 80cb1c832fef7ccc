import { loadConfig } from '../../src/config.js';
import type { TenantContext } from '../../src/platform/context.js';
import type { Database } from '../../src/platform/database.js';
import { createServices, type Services } from '../../src/services.js';
import { withDatabase } from './server.js';
import { testServer } from './test-server.js';

/** Runs `work` with services of the test's own on the running server's database, as one of its tenants. */
export function withServices<T>(
  tenant: string,
  work: (services: Services, ctx: TenantContext, database: Database) => Promise<T>,
): Promise<T> {
  const { dataDir, jwtSecret, masterKey } = testServer();
  const config = loadConfig({ DATA_DIR: dataDir, JWT_SECRET: jwtSecret, MASTER_KEY: masterKey });
  return withDatabase(async (database) => {
    const services = await createServices({ config, database });
    return work(services, await services.tenants.contextOf(tenant, 'test'), database);
  });
}
