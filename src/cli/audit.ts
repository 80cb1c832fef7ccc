import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { Command } from 'commander';
import { readCanonical } from '../audit/audit-chain.rules.js';
import { createAudit } from '../audit/audit-services.js';
import { loadConfig } from '../config.js';
import type { TenantContext } from '../platform/context.js';
import { withTenants } from './tenant-session.js';

interface AuditOptions {
  readonly tenant: string;
}

type Audit = ReturnType<typeof createAudit>;

/** `tributary audit export|verify`: a tenant's audit log as lines of JSON, and whether it is whole. */
export function auditCommand(program: Command): void {
  const audit = program.command('audit').description("export or verify a tenant's audit log");
  audit
    .command('export')
    .description('print the log as lines of JSON: sequence, previousHash, hash, canonical')
    .requiredOption('--tenant <tenant>', 'the tenant, as demo')
    .action(({ tenant }: AuditOptions) => withAudit(tenant, print));
  audit
    .command('verify')
    .description('check the log against itself and the heads published in DATA_DIR; exit code 1 where it is broken')
    .requiredOption('--tenant <tenant>', 'the tenant, as demo')
    .action(({ tenant }: AuditOptions) => withAudit(tenant, verify));
}

async function withAudit(tenant: string, work: (audit: Audit, ctx: TenantContext) => Promise<void>): Promise<void> {
  const config = loadConfig();
  await withTenants(config, async ({ database, tenants, clock }) => {
    const ctx = await tenants.contextOf(tenant, randomUUID());
    await work(createAudit(database, { dataDir: config.dataDir, clock }), ctx);
  });
}

async function print({ auditExports }: Audit, ctx: TenantContext): Promise<void> {
  for await (const { sequence, hash, canonical } of auditExports.inOrder(ctx)) {
    const previousHash = readCanonical(canonical)?.previousHash ?? null;
    const isRoomLeft = process.stdout.write(`${JSON.stringify({ sequence, previousHash, hash, canonical })}\n`);
    if (!isRoomLeft) await once(process.stdout, 'drain');
  }
}

async function verify({ auditVerifications }: Audit, ctx: TenantContext): Promise<void> {
  const outcome = await auditVerifications.verify(ctx);
  process.stdout.write(`${JSON.stringify(outcome)}\n`);
  if (!outcome.valid) process.exitCode = 1;
}
