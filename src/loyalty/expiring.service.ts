import { z } from 'zod';
import type { JobKind, JobRun } from '../jobs/job-kind.js';
import type { TenantContext } from '../platform/context.js';
import type { LedgerService } from './ledger.service.js';
import type { WalletStore } from './wallet.store.js';

const PROGRESS_EVERY = 200;

const parameters = z.strictObject({});

/**
 * Writes down that points have ended. They count for nothing from that moment on, whether this has run or not: it is the
 * books that it brings up to date.
 */
export class ExpiringService implements JobKind<Record<string, never>> {
  readonly kind = 'expire-points';
  readonly parameters = parameters;

  constructor(
    private readonly wallets: WalletStore,
    private readonly ledger: LedgerService,
  ) {}

  async run(ctx: TenantContext, _: Record<string, never>, job: JobRun): Promise<Record<string, unknown>> {
    let [wallets, points] = [0, 0];
    for await (const { accountId } of this.wallets.ending(ctx, ctx.now())) {
      points += await this.ledger.expire(ctx, accountId);
      wallets += 1;
      if (wallets % PROGRESS_EVERY === 0) await job.progress(0);
    }
    return { wallets, points };
  }
}
