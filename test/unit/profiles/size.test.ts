import { describe, expect, test } from '@jest/globals';
import { Channel } from '../../../src/channels/channel.js';
import { IdentifierType } from '../../../src/channels/identifier-type.js';
import { jsonBytes } from '../../../src/platform/json-size.rules.js';
import { NO_CONSENTS } from '../../../src/privacy/consent-fact.js';
import { NO_LIMITS } from '../../../src/privacy/processing-limit.rules.js';
import type { ProfileState } from '../../../src/profiles/profile-state.js';
import { fitProfile } from '../../../src/profiles/size.rules.js';

const AT = new Date('2026-03-01T00:00:00Z');

function account(n: number, text: string): ProfileState['accounts'][number] {
  const identifier = { type: IdentifierType.USER_ID, namespace: null, value: `u${n}` };
  return {
    id: `acc_${n}`,
    channel: Channel.WEB,
    externalId: `u${n}`,
    externalIdType: IdentifierType.USER_ID,
    displayName: null,
    identifiers: [
      { ...identifier, channels: [Channel.WEB], firstSeenAt: AT, lastSeenAt: AT, linking: true, key: `k${n}` },
    ],
    attributes: { address: text },
    custom: {},
    stamps: {},
    firstSeenAt: AT,
    lastSeenAt: AT,
    partial: true,
  };
}

function profile(accounts: number, text: string): ProfileState {
  const all = Array.from({ length: accounts }, (_, n) => account(n, text));
  return {
    id: 'prf_1',
    version: 1,
    traits: { custom: {} } as ProfileState['traits'],
    provenance: [],
    quality: null,
    identifiers: all.flatMap(({ identifiers }) => identifiers),
    truncated: false,
    accountsLeftOut: false,
    mergedIds: [],
    createdAt: AT,
    updatedAt: AT,
    firstSeenAt: AT,
    lastSeenAt: AT,
    accounts: all,
    recentEvents: [],
    manualTraits: [],
    consents: NO_CONSENTS,
    limits: NO_LIMITS,
    absorbing: [],
    parting: [],
    parted: false,
    seniority: 1,
  };
}

describe('fitProfile', () => {
  test('leaves a profile that fits as it is', () => {
    const state = profile(64, '文三路 1 号');
    expect(fitProfile(state)).toBe(state);
  });

  test('keeps bare copies of the accounts seen longest ago, so that it fits and forgets none, and says so', () => {
    const state = profile(64, '长'.repeat(2_000));
    const fitted = fitProfile(state);
    expect(jsonBytes(fitted)).toBeLessThanOrEqual(120_000);
    expect(fitted.truncated).toBe(true);
    const whole = fitted.accounts.filter(({ attributes }) => 'address' in attributes);
    expect(whole).toEqual(state.accounts.slice(0, whole.length));
    expect(whole.length).toBeGreaterThan(5);
    expect(fitted.accounts.map(({ id }) => id)).toEqual(state.accounts.map(({ id }) => id));
    expect(fitted.accounts.slice(whole.length)).toEqual(
      state.accounts.slice(whole.length).map((copy) => ({ ...copy, identifiers: [], attributes: {}, stamps: {} })),
    );
  });
});
