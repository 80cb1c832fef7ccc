import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { ApiTokenService } from '../access/api-token.service.js';
import { ApiTokenStore } from '../access/api-token.store.js';
import { PolicyService } from '../access/policy.service.js';
import { createAudit } from '../audit/audit-services.js';
import { Channel } from '../channels/channel.js';
import { loadConfig } from '../config.js';
import { ConsentPurpose } from '../privacy/consent-purpose.js';
import { knownNames, listOf } from './command-arguments.js';
import { withTenants } from './tenant-session.js';

interface ApiTokenOptions {
  readonly tenant: string;
  readonly name: string;
  readonly scopes: string;
  readonly channel?: string;
  readonly namespace?: string;
  readonly purposes?: string;
}

/** `tributary api-token`: prints a partner or ingestion token and nothing else; creates the tenant at first use. */
export function apiTokenCommand(program: Command): void {
  program
    .command('api-token')
    .description('print a token for a partner or for a channel that sends events')
    .requiredOption('--tenant <tenant>', 'the tenant, as demo')
    .requiredOption('--name <name>', 'what people call the token')
    .requiredOption('--scopes <scopes>', 'what it may do, as profiles:read,events:read')
    .option('--channel <channel>', 'for events:write: the channel of its events (WEB)')
    .option('--namespace <namespace>', 'for events:write: what scopes identifiers that name no namespace')
    .option('--purposes <purposes>', 'what data may be asked for with it (all)')
    .action(printApiToken);
}

async function printApiToken({ tenant, name, scopes, channel, namespace, purposes }: ApiTokenOptions): Promise<void> {
  const config = loadConfig();
  const policies = await PolicyService.load();
  const request = {
    name,
    scopes: knownNames('--scopes', listOf(scopes), await policies.scopes()),
    ...(channel !== undefined && { channel: knownNames('--channel', [channel], Object.values(Channel))[0] }),
    ...(namespace !== undefined && { namespace }),
    ...(purposes !== undefined && {
      purposes: knownNames('--purposes', listOf(purposes), Object.values(ConsentPurpose)),
    }),
  };
  const { secret } = await withTenants(config, async ({ database, tenants, clock }) => {
    const isNew = await tenants.createTenant(tenant);
    const ctx = await tenants.contextOf(tenant, randomUUID());
    const made = await new ApiTokenService(new ApiTokenStore(database), policies, clock).create(
      ctx,
      request,
      'api-token',
    );
    const { auditTrail } = createAudit(database, { dataDir: config.dataDir, clock });
    const details = { scopes: made.token.scopes };
    const deed = { actor: 'cli', action: 'createApiToken', subject: made.token.id, details };
    await auditTrail.did(ctx, ...(isNew ? [{ actor: 'cli', action: 'createTenant' }] : []), deed);
    return made;
  });
  process.stdout.write(`${secret}\n`);
}
