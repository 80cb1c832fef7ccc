import type { TenantContext } from '../platform/context.js';
import type { DueSource } from './due-sources.js';
import type { EvaluationService } from './evaluation.service.js';
import type { StandingStore } from './standing.store.js';

const PIECE = 100;

/** Looks at profiles again whose memberships time alone may have changed. */
export class DueService implements DueSource {
  constructor(
    private readonly standings: StandingStore,
    private readonly evaluation: EvaluationService,
  ) {}

  /** When somebody is due next; undefined where nobody is. One command. */
  nextAt(ctx: TenantContext): Promise<Date | undefined> {
    return this.standings.nextDue(ctx);
  }

  /** Takes a piece of those whose time has come; whether there may be more. One command where nobody's has. */
  async takePiece(ctx: TenantContext): Promise<boolean> {
    const ids = await this.standings.due(ctx, PIECE);
    if (ids.length > 0) await this.evaluation.evaluate(ctx, new Map(ids.map((id) => [id, { reason: 'time' }])));
    return ids.length === PIECE;
  }
}
