import { expect } from '@jest/globals';
import { idOf } from '../../src/platform/ids.js';
import { deriveProfile } from '../../src/profiles/derive.rules.js';
import { withDefaults } from '../../src/tenants/tenant.rules.js';
import { essenceOf } from './profile-essence.js';
import type { TenantWorld } from './stitching-world.js';

/** That every living profile says what its accounts say, and nothing else. */
export async function expectDerived(tenant: TenantWorld): Promise<void> {
  const living = await tenant.living();
  expect(living.length).toBeGreaterThan(0);
  for (const { state, accountIds } of living) {
    const facts = await tenant.factsOf(accountIds);
    if (!facts) throw new Error(`None of ${accountIds.join()} is stored.`);
    expect(essenceOf(deriveProfile(facts, state, withDefaults({})))).toEqual(essenceOf(state));
  }
}

/** That nothing is left undone, each account is in one profile, and all that was a profile leads to one that names it. */
export async function expectSettled(tenant: TenantWorld, everShown: Iterable<string>): Promise<void> {
  await expectDerived(tenant);
  const living = await tenant.living();
  for (const { state } of living) expect(state).toMatchObject({ parting: [], absorbing: [] });
  const ids = new Set(living.map(({ state }) => state.id));
  const led = new Map(living.flatMap(({ state, accountIds }) => accountIds.map((id) => [id.slice(4), state] as const)));
  for (const id of everShown) {
    const state = led.get(id.slice(4));
    expect(ids.has(id) ? state?.id : state?.mergedIds).toEqual(ids.has(id) ? id : expect.arrayContaining([id]));
  }
  for (const { state } of living) for (const id of state.mergedIds) expect(led.get(id.slice(4))?.id).toBe(state.id);
}

/** The ids of all profiles that live now. */
export async function livingIds(tenant: TenantWorld): Promise<string[]> {
  return (await tenant.profileDocuments()).flatMap(({ _id, mergedInto }) => (mergedInto ? [] : [idOf(_id)]));
}
