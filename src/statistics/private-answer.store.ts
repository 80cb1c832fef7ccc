import type { TenantContext } from '../platform/context.js';
import type { Database } from '../platform/database.js';
import { MILLISECONDS_PER_DAY } from '../platform/dates.rules.js';
import { keyOf } from '../platform/ids.js';
import { PrivateAnswer, type PrivateCell } from './private-answer.entity.js';

/** Longer than any day lasts. */
const DAYS_KEPT = 3;

/** Answers that were given. */
export class PrivateAnswerStore {
  constructor(private readonly database: Database) {}

  /** The answer that was given to a question. One command. */
  async find(ctx: TenantContext, question: string): Promise<readonly PrivateCell[] | undefined> {
    return (await this.database.findByKeys(PrivateAnswer, [keyOf(ctx.tenantId, question)]))[0]?.cells;
  }

  /** Keeps an answer, unless there is one; returns the one that counts. One command, two where there was one. */
  async keep(ctx: TenantContext, question: string, cells: readonly PrivateCell[]): Promise<readonly PrivateCell[]> {
    const _id = keyOf(ctx.tenantId, question);
    const expiresAt = new Date(ctx.now().getTime() + DAYS_KEPT * MILLISECONDS_PER_DAY);
    const there = await this.database.insertNew(PrivateAnswer, [{ _id, tenantId: ctx.tenantId, cells, expiresAt }]);
    return there.size === 0 ? cells : ((await this.find(ctx, question)) ?? cells);
  }
}
