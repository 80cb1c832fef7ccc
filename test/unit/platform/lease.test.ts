import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Pulse, shareOut } from '../../../src/platform/lease.rules.js';

const NAMES = Array.from({ length: 64 }, (_, n) => `lease-${String(n).padStart(2, '0')}`);

/** One look of a worker at the leases; returns how many changed hands. */
function look(owners: Map<string, string | null>, living: ReadonlySet<string>, worker: string): number {
  const leases = NAMES.map((name) => ({ name, owner: owners.get(name) ?? null }));
  const { take, release } = shareOut(leases, living, worker);
  for (const name of release) owners.set(name, null);
  for (const name of take) owners.set(name, worker);
  return take.length + release.length;
}

/** Rounds of all workers, one after the other, until nothing changes hands. */
function settle(owners: Map<string, string | null>, living: ReadonlySet<string>): void {
  for (let round = 1; round <= 20; round += 1) {
    const moved = [...living].map((worker) => look(owners, living, worker));
    if (moved.every((count) => count === 0)) return;
  }
  throw new Error('It never settles.');
}

describe('shareOut', () => {
  test('any workers, from any state, come to even shares of all leases', () => {
    const workers = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g'), { minLength: 1 });
    const owner = fc.constantFrom(null, 'a', 'b', 'c', 'dead');
    fc.assert(
      fc.property(workers, fc.array(owner, { minLength: 64, maxLength: 64 }), (living, given) => {
        const owners = new Map(NAMES.map((name, n) => [name, given[n] ?? null]));
        settle(owners, new Set(living));
        const counts = living.map((worker) => [...owners.values()].filter((one) => one === worker).length);
        expect(counts.reduce((sum, count) => sum + count, 0)).toBe(64);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      }),
    );
  });

  test('takes nothing that a living worker holds', () => {
    const leases = NAMES.map((name) => ({ name, owner: 'other' }));
    expect(shareOut(leases, new Set(['other', 'self']), 'self')).toEqual({ take: [], release: [] });
  });

  test('counts itself among the living, seen or not', () => {
    const leases = NAMES.map((name) => ({ name, owner: null }));
    expect(shareOut(leases, new Set(), 'self').take).toEqual(NAMES);
  });
});

describe('Pulse', () => {
  test('a worker lives while its beat changes, whatever its clock says', () => {
    const pulse = new Pulse(1_000);
    expect([...pulse.observe(new Map([['a', 1]]), 0)]).toEqual(['a']);
    expect([...pulse.observe(new Map([['a', 2]]), 900)]).toEqual(['a']);
    expect([...pulse.observe(new Map([['a', 2]]), 1_899)]).toEqual(['a']);
    expect([...pulse.observe(new Map([['a', 2]]), 1_900)]).toEqual([]);
    expect([...pulse.observe(new Map([['a', 3]]), 2_000)]).toEqual(['a']);
  });

  test('forgets who is gone', () => {
    const pulse = new Pulse(1_000);
    pulse.observe(new Map([['a', 1]]), 0);
    expect([...pulse.observe(new Map(), 10)]).toEqual([]);
  });
});
