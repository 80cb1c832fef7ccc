import { randomUUID } from 'node:crypto';
import type { Command } from 'commander';
import { PolicyService } from '../access/policy.service.js';
import { UserTokenService } from '../access/user-token.service.js';
import { actorName } from '../audit/actor-name.js';
import { createAudit } from '../audit/audit-services.js';
import { loadConfig } from '../config.js';
import { AppError } from '../platform/errors.js';
import { SUITE_NAMES, type SuiteName } from '../platform/suites/suite.js';
import { knownNames, listOf, secondsOf } from './command-arguments.js';
import { withTenants } from './tenant-session.js';

interface TokenOptions {
  readonly tenant: string;
  readonly role: string;
  readonly subject: string;
  readonly ttl: string;
  readonly suite?: string;
}

/** `tributary token`: prints a signed user token and nothing else; the first one of a tenant creates the tenant. */
export function tokenCommand(program: Command): void {
  program
    .command('token')
    .description('print a signed user token; the first one of a tenant creates the tenant')
    .requiredOption('--tenant <tenant>', 'the tenant, as demo')
    .requiredOption('--role <role>', 'a role, or several as A,B')
    .option('--subject <subject>', 'who the token is for', 'cli')
    .option('--ttl <lifetime>', 'how long it holds, as 15m, 1h or 30d', '1h')
    .option('--suite <suite>', `of a tenant that is new: ${SUITE_NAMES.join(' or ')}`)
    .action(printToken);
}

async function printToken({ tenant, role, subject, ttl, suite }: TokenOptions): Promise<void> {
  const config = loadConfig();
  const policies = await PolicyService.load();
  const userTokens = new UserTokenService(config);
  const [chosen] = suite === undefined ? [] : knownNames('--suite', [suite], SUITE_NAMES);
  const ttlSeconds = secondsOf(ttl);
  const token = await withTenants(config, async ({ database, tenants, clock }) => {
    const own = (await tenants.exists(tenant)) ? (await tenants.policyOf(tenant)).roles : [];
    const roles = knownNames('--role', listOf(role), [...(await policies.roles()), ...own.map(({ name }) => name)]);
    const signed = userTokens.sign({ tenantId: tenant, roles, subject, ttlSeconds });
    const isNew = await tenants.createTenant(tenant, chosen === undefined ? {} : { suite: chosen as SuiteName });
    if (chosen && !isNew)
      throw new AppError('CONFLICT', '--suite: the tenant is there already; change its setting `suite` instead.');
    const ctx = await tenants.contextOf(tenant, randomUUID());
    const { auditTrail } = createAudit(database, { dataDir: config.dataDir, clock });
    const deed = {
      actor: 'cli',
      action: 'createUserToken',
      subject: actorName(ctx.keys, subject),
      details: { roles, ttlSeconds },
    };
    await auditTrail.did(ctx, ...(isNew ? [{ actor: 'cli', action: 'createTenant' }] : []), deed);
    return signed;
  });
  process.stdout.write(`${token}\n`);
}
