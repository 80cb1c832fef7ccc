import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type AccountObservation, type AccountRecord, observeAccount } from '../../src/channels/account.rules.js';
import { Channel } from '../../src/channels/channel.js';
import { IdentifierType } from '../../src/channels/identifier-type.js';
import { NO_FACTS } from '../../src/profiles/anchored-facts.rules.js';
import { foldAccounts } from '../../src/profiles/fold.rules.js';
import { growProfile } from '../../src/profiles/profile.rules.js';
import type { ProfileState } from '../../src/profiles/profile-state.js';
import {
  type AccountSnapshotRecord,
  boundSnapshots,
  mergeIdentifiers,
  newestEvents,
  snapshotOf,
} from '../../src/profiles/snapshot.rules.js';
import type { ManualTrait } from '../../src/profiles/traits.entity.js';
import { account, held, minute, observation } from '../support/account-records.js';

const SETTINGS = { sourcePriorities: { WEB: 70 }, requiredTraits: ['name', 'phone'] };
const CHANNELS = { a1: Channel.WEB, a2: Channel.CRM, a3: Channel.ECOMMERCE, a4: Channel.WEB } as const;

const value = fc.constantFrom('Anna', 'anna', 'Boris', null, 'x'.repeat(600));
const attributes = fc.dictionary(fc.constantFrom('name', 'city', 'receiverName', 'browser'), value, {
  maxKeys: 3,
  noNullPrototype: true,
});
const custom = fc.dictionary(fc.constantFrom('taste', 'size'), fc.constantFrom('tea', null, 7), {
  maxKeys: 2,
  noNullPrototype: true,
});
const observed = fc
  .record({
    accountId: fc.constantFrom(...(Object.keys(CHANNELS) as (keyof typeof CHANNELS)[])),
    at: fc.integer({ min: 0, max: 3 }),
    values: fc.array(fc.constantFrom('u1', 'u2', 'u3'), { maxLength: 2 }),
    attributes,
    custom,
  })
  .map(({ accountId, at, values, ...rest }) =>
    observation({
      ...rest,
      accountId,
      channel: CHANNELS[accountId],
      occurredAt: minute(at),
      identifiers: values.map((text) => held(text, IdentifierType.USER_ID)),
    }),
  );
/** Observations with a messageId each: what is sent again is the same again. */
const observations = fc
  .array(observed, { minLength: 1, maxLength: 10 })
  .map((all) => all.map((one, index): AccountObservation => ({ ...one, messageId: `m${index}` })));
const withDelivery = observations.chain((all) =>
  fc.record({
    all: fc.constant(all),
    order: fc.shuffledSubarray(all, { minLength: all.length }),
    again: fc.subarray(all),
    size: fc.integer({ min: 1, max: 4 }),
    split: fc.boolean(),
  }),
);

function accountsAfter(all: readonly AccountObservation[], before = new Map<string, AccountRecord>()) {
  const accounts = new Map(before);
  for (const one of all) accounts.set(one.accountId, observeAccount(accounts.get(one.accountId), one));
  return accounts;
}

const sorted = (accounts: ReadonlyMap<string, AccountRecord>) => [...accounts].sort(([a], [b]) => (a < b ? -1 : 1));

/** The facts that people made: each at a time of its own. */
const FACTS: readonly ManualTrait[] = [
  { trait: 'city', value: 'Oslo', accountId: 'a1', at: minute(1) },
  { trait: 'city', value: null, accountId: 'a2', at: minute(2) },
  { trait: 'name', value: 'Queen', accountId: 'a2', at: minute(3) },
  { trait: 'name', value: 'King', accountId: 'a1', at: minute(3) },
];

function grown(
  before: ProfileState | undefined,
  batch: readonly AccountObservation[],
  accounts: ReadonlyMap<string, AccountRecord>,
  id = 'p',
  absorbed: ProfileState[] = [],
): ProfileState {
  const ids = new Set(batch.map(({ accountId }) => accountId));
  const growth = {
    id,
    now: minute(100),
    accounts: [...accounts.values()],
    observed: ids,
    absorbed,
    events: batch.map(({ messageId, occurredAt }) => ({ id: messageId, occurredAt, copy: Buffer.alloc(0) })),
    facts: { ...NO_FACTS, manualTraits: FACTS.filter(({ accountId }) => ids.has(accountId)) },
  };
  return growProfile(before, growth, SETTINGS);
}

/** All of a profile but what tells how it came about. */
function essence({ version: _version, mergedIds: _mergedIds, absorbing: _absorbing, ...state }: ProfileState) {
  const keyOf = ({ trait, accountId }: ManualTrait) => `${trait} ${accountId}`;
  return { ...state, manualTraits: [...state.manualTraits].sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)) };
}

/** Grows the profiles named, each from accounts of its own, batch by batch; in the end the first takes in the other. */
function growStepwise(sent: readonly AccountObservation[], size: number, ids: readonly string[]): ProfileState {
  let accounts = new Map<string, AccountRecord>();
  const parts = new Map<string, ProfileState>();
  const isOf = (id: string, accountId: string) => ids.length === 1 || accountId < 'a3' === (id === 'p');
  for (const batch of batchesOf(sent, size)) {
    accounts = accountsAfter(batch, accounts);
    for (const id of ids) {
      const own = batch.filter(({ accountId }) => isOf(id, accountId));
      if (own.length > 0) parts.set(id, grown(parts.get(id), own, accounts, id));
    }
  }
  const [first, ...others] = [...parts.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  if (!first) throw new Error('Nothing was sent.');
  return others.length > 0 ? grown(first, [], accounts, first.id, others) : first;
}

function batchesOf<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, at) => items.slice(at * size, (at + 1) * size));
}

/** The bounded list of accounts, kept up batch by batch: pairs of an account's number and the minute it was seen. */
function boundStepwise(batches: readonly (readonly (readonly [number, number])[])[], latest: Map<number, number>) {
  let bounded = boundSnapshots<AccountSnapshotRecord>([]);
  for (const batch of batches) {
    const news = new Map(bounded.kept.map((snapshot) => [snapshot.id, snapshot]));
    for (const [id, time] of batch) latest.set(id, Math.max(time, latest.get(id) ?? 0));
    for (const [id] of batch) news.set(`a${id}`, snapshotOf(account(`a${id}`, {}, { at: latest.get(id) ?? 0 })));
    const next = boundSnapshots(news.values());
    bounded = { kept: next.kept, truncated: bounded.truncated || next.truncated };
  }
  return bounded;
}

describe('observations in any order, batching and repetition', () => {
  test('give the same accounts', () => {
    fc.assert(
      fc.property(withDelivery, ({ all, order, again }) => {
        expect(sorted(accountsAfter([...order, ...again]))).toEqual(sorted(accountsAfter(all)));
      }),
      { numRuns: 500 },
    );
  });

  test('give the same profile, also when it was two before', () => {
    fc.assert(
      fc.property(withDelivery, ({ all, order, again, size, split }) => {
        const last = growStepwise([...order, ...again], size, split ? ['p', 'q'] : ['p']);
        expect(essence(last)).toEqual(essence(grown(undefined, all, accountsAfter(all), last.id)));
      }),
      { numRuns: 500 },
    );
  });

  test('the order of accounts and facts makes no difference to the fold', () => {
    fc.assert(
      fc.property(observations, fc.shuffledSubarray([...FACTS], { minLength: FACTS.length }), (all, facts) => {
        const accounts = [...accountsAfter(all).values()];
        expect(foldAccounts([...accounts].reverse(), facts, SETTINGS)).toEqual({
          ...foldAccounts(accounts, FACTS, SETTINGS),
          quality: expect.objectContaining({ issues: expect.anything() }),
        });
      }),
    );
  });
});

describe('what is bounded one by one is what is bounded at once', () => {
  const ids = fc.array(fc.tuple(fc.integer({ min: 0, max: 90 }), fc.integer({ min: 0, max: 40 })), {
    minLength: 60,
    maxLength: 150,
  });

  test('the accounts of a profile', () => {
    fc.assert(
      fc.property(ids, fc.integer({ min: 1, max: 9 }), (seen, size) => {
        const latest = new Map<number, number>();
        const bounded = boundStepwise(batchesOf(seen, size), latest);
        const all = boundSnapshots([...latest].map(([id, at]) => snapshotOf(account(`a${id}`, {}, { at }))));
        expect(bounded).toEqual(all);
      }),
    );
  });

  test('the newest events', () => {
    fc.assert(
      fc.property(ids, (seen) => {
        const events = seen.map(([id]) => ({ id: `e${id}`, occurredAt: minute((id * 7) % 11) }));
        const oneByOne = events.reduce<typeof events>((newest, event) => newestEvents([newest, [event]]), []);
        expect(oneByOne).toEqual(newestEvents([events]));
      }),
    );
  });

  test('identifiers, up to as many as are kept', () => {
    fc.assert(
      fc.property(ids, (seen) => {
        const all = seen.map(([id, at]) => ({
          ...held(`u${id}`),
          channels: [Channel.WEB],
          firstSeenAt: minute(at),
          lastSeenAt: minute(at),
        }));
        const oneByOne = all.reduce((kept, one) => mergeIdentifiers([kept.kept, [one]]), mergeIdentifiers([]));
        expect(oneByOne).toEqual(mergeIdentifiers([all]));
      }),
    );
  });
});
