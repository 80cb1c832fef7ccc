import { expect, test } from '@jest/globals';
import type { AccountStore } from '../../../src/channels/account.store.js';
import type { EventStore } from '../../../src/events/event.store.js';
import type { TenantContext } from '../../../src/platform/context.js';
import type { TombstoneStore } from '../../../src/profiles/tombstone.store.js';
import { PersonSlotsService } from '../../../src/rights/person-slots.service.js';

/** Somebody with so many accounts besides the founder's, each of one telephone. */
function personOf(accounts: number): PersonSlotsService {
  const tombstones = {
    async *leadingTo() {
      for (let n = 1; n <= accounts; n += 1) yield { id: `prf_${n}`, wasProfile: false };
    },
  } as unknown as TombstoneStore;
  const stored = {
    findByIds: async (_ctx: TenantContext, ids: readonly string[]) =>
      new Map(ids.map((id) => [id, { id, identifiers: [{ type: 'PHONE', value: `+861391${id.slice(4)}`, key: id }] }])),
  } as unknown as AccountStore;
  return new PersonSlotsService(tombstones, stored, {} as EventStore);
}

async function piecesOf(accounts: number) {
  const pieces = [];
  for await (const piece of personOf(accounts).mentioned({} as TenantContext, 'prf_0')) pieces.push(piece);
  return pieces;
}

test('what a person of thousands of accounts is known by is sought at once, so that what is looked through is read once', async () => {
  const [whole, ...others] = await piecesOf(3_000);
  expect(others).toEqual([]);
  expect(whole?.typed.size).toBe(3_001);
  expect(whole?.telling.has('acc_3000')).toBe(true);
});

test('of more than memory should hold it is sought in several, of which each is bounded', async () => {
  const pieces = await piecesOf(60_000);
  expect(pieces.length).toBeGreaterThan(1);
  expect(Math.max(...pieces.map(({ typed }) => typed.size))).toBeLessThan(50_000);
  expect(pieces.reduce((sum, { typed }) => sum + typed.size, 0)).toBe(60_001);
});
