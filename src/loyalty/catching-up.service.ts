import { z } from 'zod';
import type { JobKind } from '../jobs/job-kind.js';
import type { TenantContext } from '../platform/context.js';
import type { EarningService } from './earning.service.js';

const parameters = z.strictObject({});

/** Posts what the last thirty days should have, and have not yet: for what came while a programme was just being changed. */
export class CatchingUpService implements JobKind<Record<string, never>> {
  readonly kind = 'catch-up-points';
  readonly parameters = parameters;

  constructor(private readonly earning: EarningService) {}

  async run(ctx: TenantContext): Promise<Record<string, unknown>> {
    await this.earning.recompute(ctx);
    return {};
  }
}
