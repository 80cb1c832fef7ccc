import { describe, expect, test } from '@jest/globals';
import type { AccountStore } from '../../../src/channels/account.store.js';
import type { JobRun } from '../../../src/jobs/job-kind.js';
import { GREATEST_SAMPLE } from '../../../src/likeness/account-sample.rules.js';
import { LearningService } from '../../../src/likeness/learning.service.js';
import type { MatchModelStore } from '../../../src/likeness/match-model.store.js';
import type { AccountEntry } from '../../../src/likeness/match-work.js';
import type { MatchWorkers } from '../../../src/likeness/match-workers.js';
import type { TenantContext } from '../../../src/platform/context.js';
import { withDefaults } from '../../../src/tenants/tenant.rules.js';
import { account } from '../../support/account-records.js';

const job = { id: 'job_1', checkpoint: null, signal: new AbortController().signal, progress: async () => undefined };

/** What goes to the threads of a tenant in which so many accounts were counted, and these are there. */
async function learnedFrom(counted: number, accounts: Iterable<unknown>): Promise<AccountEntry[]> {
  const taken: AccountEntry[] = [];
  const workers = {
    learn: async (batches: AsyncIterable<readonly AccountEntry[]>) => {
      for await (const batch of batches) taken.push(...batch);
      throw new Error('That is enough.');
    },
  };
  const store = { count: async () => counted, all: () => accounts };
  const learning = new LearningService(
    store as unknown as AccountStore,
    {} as MatchModelStore,
    workers as unknown as MatchWorkers,
    { permitted: async (_, ids) => new Set(ids) },
  );
  const learned = learning.run({ settings: withDefaults({}) } as TenantContext, {}, job as unknown as JobRun);
  await expect(learned).rejects.toThrow('That is enough.');
  return taken;
}

describe('what is learned from', () => {
  test('never more than 200,000 accounts, however many came since they were counted', async () => {
    function* accounts() {
      for (let at = 0; at < GREATEST_SAMPLE + 900; at++) yield account(`a${at}`, { name: '王小明' });
    }
    expect(await learnedFrom(100, accounts())).toHaveLength(GREATEST_SAMPLE);
  }, 180_000);

  test('only accounts that say something of what is compared', async () => {
    const named = Array.from({ length: 100 }, (_, at) => account(`n${at}`, { name: '王小明' }));
    const others = [account('x', { city: '杭州' }), account('y', { nothing: 'more' })];
    const ids = (await learnedFrom(102, [...others, ...named])).map(([id]) => id);
    expect([ids.length, ids.includes('x'), ids.includes('y')]).toEqual([101, true, false]);
  });
});
