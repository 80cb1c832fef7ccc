import { expect, test } from '@jest/globals';
import type { AccountRecord } from '../../../src/channels/account.rules.js';
import type { BlockEntry, BlockStore } from '../../../src/likeness/block.store.js';
import type { CandidateRecord } from '../../../src/likeness/candidate.rules.js';
import { LikenessService } from '../../../src/likeness/likeness.service.js';
import type { MatchCandidateStore } from '../../../src/likeness/match-candidate.store.js';
import type { MatchModelStore } from '../../../src/likeness/match-model.store.js';
import type { MatchModel } from '../../../src/matching/match-model.js';
import type { TenantContext } from '../../../src/platform/context.js';
import { withDefaults } from '../../../src/tenants/tenant.rules.js';
import { account } from '../../support/account-records.js';
import { newTenantKeys } from '../../support/tenant-keys.js';

const LI = { name: '司徒婉清', birthday: '1985-03-12', city: '苏州市' };
const ctx = {
  tenantId: 'one',
  requestId: 'one',
  keys: newTenantKeys(Buffer.alloc(32)),
  settings: withDefaults({ matchModel: 1 }),
  now: () => new Date(0),
} as unknown as TenantContext;

/** Accounts, blocks and pairs in memory; `onWeigh` is called whenever pairs are weighed. Those of one name are alike. */
function inMemory(accounts: Map<string, AccountRecord>, onWeigh: () => Promise<unknown>) {
  const blocks = new Map<string, { accountIds: string[]; most: number }>();
  const pairs = new Map<string, CandidateRecord>();
  const enter = async (_: unknown, entries: readonly BlockEntry[]) => {
    for (const { key: place, most, accountId } of entries) {
      const block = blocks.get(place) ?? { accountIds: [], most };
      blocks.set(place, { most, accountIds: [...new Set([...block.accountIds, accountId])] });
    }
    return new Map(entries.flatMap(({ key: place }) => [[place, blocks.get(place)]]));
  };
  const service = new LikenessService(
    { enter } as unknown as BlockStore,
    {
      findByAccounts: async (_: unknown, __: number, ids: readonly string[]) =>
        [...pairs.values()].filter(({ accountIds }) => accountIds.some((id) => ids.includes(id))),
      put: async (_: unknown, changed: readonly CandidateRecord[]) => {
        for (const one of changed) pairs.set(one.id, one);
      },
    } as unknown as MatchCandidateStore,
    { find: async () => ({}) as MatchModel } as unknown as MatchModelStore,
    { byIds: async (_, ids) => new Map([...accounts].filter(([id]) => ids.includes(id))) },
    async (_, values, asked) => {
      await onWeigh();
      return asked.map(([a, b]) => ({ probability: 1, weight: values.get(a)?.name === values.get(b)?.name ? 9 : 1 }));
    },
  );
  return { service, pairs };
}

test('of two that compare a pair, the one who ends last has seen what both accounts say', async () => {
  const [one, other, later] = [
    account('a1', LI),
    account('a2', { ...LI, name: '司徒晚晴' }),
    account('a2', LI, { at: 1 }),
  ];
  const accounts = new Map([one, other].map((own) => [own.id, own]));
  let meanwhile = async (): Promise<unknown> => undefined;
  const { service, pairs } = inMemory(accounts, () => meanwhile());
  await service.renew(ctx, 1, [other]);
  meanwhile = async () => {
    meanwhile = async () => undefined;
    accounts.set(later.id, later);
    await service.renew(ctx, 1, [later]);
  };
  await service.renew(ctx, 1, [one]);
  expect([...pairs.values()].map(({ weight }) => weight)).toEqual([9]);
});
