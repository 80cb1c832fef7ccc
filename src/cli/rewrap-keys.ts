import type { Command } from 'commander';
import { loadConfig } from '../config.js';
import { masterKeysOf } from '../platform/key-provider.js';
import { TenantStore } from '../tenants/tenant.store.js';
import { TenantKeyService } from '../tenants/tenant-key.service.js';
import { withTenants } from './tenant-session.js';

/** `tributary rewrap-keys`: wraps all tenants' keys under the current master key, so that former ones can be left out. */
export function rewrapKeysCommand(program: Command): void {
  program
    .command('rewrap-keys')
    .description("wrap all tenants' keys under the current master key; prints how many tenants' were under another")
    .action(rewrapKeys);
}

async function rewrapKeys(): Promise<void> {
  const config = loadConfig();
  const rewrapping = await withTenants(config, ({ database, clock }) =>
    new TenantKeyService(new TenantStore(database), masterKeysOf(config), clock).rewrapAll(),
  );
  process.stdout.write(`${JSON.stringify(rewrapping)}\n`);
}
