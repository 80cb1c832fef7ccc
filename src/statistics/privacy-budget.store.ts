import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { AppError } from '../platform/errors.js';
import { keyOf } from '../platform/ids.js';
import { PrivacyBudget } from './privacy-budget.entity.js';

const MOST_ATTEMPTS = 50;
/** So that the document stays small. */
const MOST_PAID = 50_000;

/** What a caller is to pay for a question, and what there is to spend; all in millionths of epsilon. */
export interface Charge {
  /** Names the budget; what is spent in one is no matter to another. */
  readonly month: string;
  readonly expiresAt: Date;
  readonly caller: string;
  readonly question: string;
  readonly cost: number;
  readonly limits: { readonly tenant: number; readonly caller: number };
}

/** Privacy budgets: one document a tenant and month, so that one conditional update spends from all that it must. */
export class PrivacyBudgetStore {
  constructor(private readonly database: Database) {}

  /**
   * Spends what a question costs, once a caller, and once for the tenant whoever asks; returns what is left for the caller.
   * BUDGET_SPENT where there is not enough: then nothing is spent. Two commands, more where others spend at the same time.
   */
  async spend(ctx: TenantContext, charge: Charge): Promise<number> {
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt += 1) {
      const budget = await this.open(ctx, charge);
      if (budget.paid.includes(paidBy(charge))) return leftOf(budget, charge);
      const isAsked = budget.asked.includes(charge.question);
      const left = isAsked ? ofCaller(budget, charge) : leftOf(budget, charge);
      if (left < charge.cost || budget.paid.length >= MOST_PAID) throw spent(charge.cost, left);
      const after = await this.take(budget, charge, isAsked);
      if (after) return leftOf(after, charge);
    }
    throw new AppError('SERVICE_UNAVAILABLE', 'Too many spend of this privacy budget at once; try again.');
  }

  private async open(ctx: TenantContext, { month, expiresAt }: Charge): Promise<PrivacyBudget & Stored> {
    const _id = keyOf(ctx.tenantId, `bud_${month}`);
    const [known] = await this.database.findByKeys(PrivacyBudget, [_id]);
    if (known) return known;
    const fresh = { _id, tenantId: ctx.tenantId, spent: 0, callers: {}, asked: [], paid: [], expiresAt };
    await this.database.insertNew(PrivacyBudget, [fresh]);
    return fresh;
  }

  /** Takes the cost where all is still as it was read; undefined where somebody was faster. */
  private async take({ _id }: Stored, charge: Charge, isAsked: boolean): Promise<(PrivacyBudget & Stored) | undefined> {
    const { caller, question, cost, limits } = charge;
    const own = `callers.${caller}`;
    const filter = {
      _id,
      paid: { $ne: paidBy(charge) },
      [own]: { $not: { $gt: limits.caller - cost } },
      ...(isAsked ? { asked: question } : { asked: { $ne: question }, spent: { $lte: limits.tenant - cost } }),
    };
    const update = {
      $inc: { [own]: cost, ...(!isAsked && { spent: cost }) },
      $push: { paid: paidBy(charge), ...(!isAsked && { asked: question }) },
    };
    const options = { returnDocument: 'after' } as const;
    const after = await this.database.collection(PrivacyBudget).findOneAndUpdate(filter, update as object, options);
    return after ?? undefined;
  }
}

function paidBy({ caller, question }: Charge): string {
  return `${caller}:${question}`;
}

function ofCaller({ callers }: PrivacyBudget, { caller, limits }: Charge): number {
  return limits.caller - (callers[caller] ?? 0);
}

function leftOf(budget: PrivacyBudget, charge: Charge): number {
  return Math.max(0, Math.min(ofCaller(budget, charge), charge.limits.tenant - budget.spent));
}

function spent(cost: number, left: number): AppError {
  const [asked, there] = [cost, left].map((millionths) => millionths / 1_000_000);
  const message = `epsilon: ${asked} is more than the ${there} that is left of the privacy budget of this month.`;
  return new AppError('BUDGET_SPENT', message, { path: 'epsilon', epsilonLeft: there });
}
