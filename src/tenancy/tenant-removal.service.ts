import { setTimeout as delay } from 'node:timers/promises';
import { z } from 'zod';
import type { JobKind, JobRun } from '../jobs/job-kind.js';
import type { TenantContext } from '../platform/context.js';
import { AppError } from '../platform/errors.js';
import type { TenantRegistryService } from '../tenants/tenant-registry.service.js';
import { TenantStatus } from '../tenants/tenant-status.js';
import type { RemovalStore } from './removal.store.js';

/** The kind of the job, as startJob would name it; whoever may start it sets the tenant's status first. */
export const REMOVAL = 'remove-tenant';

/** For so long after the decision a process may still serve the tenant, and what it began may still be stored. */
const SERVED_MS = 5_000;
const PAUSE_MS = 500;

/** How many documents were deleted so far, by collection. */
type Removed = Record<string, number>;

/**
 * Deletes all that is stored of a tenant that is to be deleted, collection by collection, over and over until a pass that
 * began when nobody served it any more finds nothing; then destroys its keys. Begun again in the middle, it goes on.
 */
export class TenantRemovalService implements JobKind<Record<string, never>> {
  readonly kind = REMOVAL;
  readonly permission = 'tenants:manage';
  readonly reading = 'tenants:manage';
  readonly parameters = z.strictObject({});

  constructor(
    private readonly store: RemovalStore,
    private readonly registry: TenantRegistryService,
  ) {}

  async run(ctx: TenantContext, _parameters: Record<string, never>, job: JobRun): Promise<Record<string, unknown>> {
    const since = await this.decidedAt(ctx);
    const removed = { ...(job.checkpoint as { removed: Removed } | null)?.removed };
    for (;;) {
      const isQuiet = ctx.now().getTime() - since.getTime() >= SERVED_MS;
      if ((await this.pass(ctx, removed, job)) === 0 && isQuiet) break;
      await delay(PAUSE_MS, undefined, { signal: job.signal });
    }
    await this.registry.bury(ctx, removed);
    return { removed };
  }

  /** What was deleted, where a process stopped once it had buried the tenant. */
  async withoutTenant(tenantId: string): Promise<Record<string, unknown> | undefined> {
    const tenant = await this.registry.find(tenantId);
    return tenant?.status === TenantStatus.DELETED ? { removed: tenant.removed ?? {} } : undefined;
  }

  /** When it was decided; CONFLICT where it was not. */
  private async decidedAt({ tenantId }: TenantContext): Promise<Date> {
    const tenant = await this.registry.find(tenantId);
    if (tenant?.status === TenantStatus.DELETING && tenant.statusAt) return tenant.statusAt;
    throw new AppError('CONFLICT', 'Nobody has decided that the tenant is to be deleted: deleteTenant does.');
  }

  /** Deletes what there is now; returns how much that was. */
  private async pass({ tenantId }: TenantContext, removed: Removed, job: JobRun): Promise<number> {
    let sum = 0;
    for (let place = 0; place < this.store.size; place += 1) {
      const name = this.store.nameOf(place);
      for await (const count of this.store.remove(place, tenantId, job.id)) {
        sum += count;
        if (count > 0) removed[name] = (removed[name] ?? 0) + count;
        await job.save({ removed }, place / this.store.size);
      }
    }
    return sum;
  }
}
