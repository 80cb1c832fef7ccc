import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TenantContext } from '../../src/platform/context.js';
import { hasCode } from '../../src/platform/errors.js';
import { type Charge, PrivacyBudgetStore } from '../../src/statistics/privacy-budget.store.js';
import { OwnDatabase } from '../support/own-database.js';

const LIMITS = { tenant: 100, caller: 40 };
const charge = fc.record({
  caller: fc.constantFrom('ann', 'bob', 'eve', 'joe'),
  question: fc.integer({ min: 0, max: 9 }),
});
const script = fc.record({
  costs: fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 10, maxLength: 10 }),
  charges: fc.array(charge, { minLength: 1, maxLength: 24 }),
});

let own: OwnDatabase;
let ctx: TenantContext;
beforeAll(async () => {
  own = await OwnDatabase.create();
  ctx = await own.contextOf('budgets');
}, 120_000);
afterAll(() => own.drop());

describe('privacy budgets', () => {
  test('are never overspent, however many spend at once, and a question is paid for once', async () => {
    let month = 0;
    let refusals = 0;
    await fc.assert(
      fc.asyncProperty(script, async ({ costs, charges }) => {
        month += 1;
        const store = new PrivacyBudgetStore(own.database);
        const orders = charges.map(
          ({ caller, question }): Charge => ({
            month: `run-${month}`,
            expiresAt: new Date(Date.now() + 1e9),
            caller,
            question: `q${question}`,
            cost: costs[question] ?? 1,
            limits: LIMITS,
          }),
        );
        const done = await Promise.allSettled(orders.map((order) => store.spend(ctx, order)));
        const refused = done.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
        expect(refused.filter(({ reason }) => !hasCode(reason, 'BUDGET_SPENT'))).toEqual([]);
        refusals += refused.length;
        const paid = orders.filter((_, at) => done[at]?.status === 'fulfilled');
        const questions = new Map(paid.map(({ question, cost }) => [question, cost]));
        expect(sum(questions.values())).toBeLessThanOrEqual(LIMITS.tenant);
        for (const caller of ['ann', 'bob', 'eve', 'joe']) {
          const theirs = new Map(
            paid.filter((order) => order.caller === caller).map(({ question, cost }) => [question, cost]),
          );
          expect(sum(theirs.values())).toBeLessThanOrEqual(LIMITS.caller);
          const again = paid.find((order) => order.caller === caller);
          const left = Math.min(LIMITS.caller - sum(theirs.values()), LIMITS.tenant - sum(questions.values()));
          if (again) expect(await store.spend(ctx, again)).toBe(left);
        }
      }),
      { numRuns: 25 },
    );
    expect(refusals).toBeGreaterThan(0);
  }, 300_000);
});

function sum(values: Iterable<number>): number {
  return [...values].reduce((total, value) => total + value, 0);
}
