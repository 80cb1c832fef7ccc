import { expect, test } from '@jest/globals';
import type { Change } from '../../../src/platform/changes.js';
import type { TenantContext } from '../../../src/platform/context.js';
import { type Reaction, ReactionRunner } from '../../../src/platform/reaction-runner.js';

const changeOf = (profileId: string) => ({ tenantId: 'one', profileId, at: new Date() }) as unknown as Change;

function* noPauses(): Generator<number, never> {
  for (;;) yield 0;
}

test('a change that fails whatever is tried is given up alone: those of other profiles are dealt with', async () => {
  const done = new Set<string>();
  const warnings: string[] = [];
  const reaction: Reaction = {
    name: 'fussy',
    react: async (_ctx, changes) => {
      if (changes.some(({ profileId }) => profileId === 'bad')) throw new RangeError('bad');
      for (const { profileId } of changes) done.add(profileId);
    },
    recompute: async () => undefined,
  };
  const tenants = { ids: async function* () {}, contextOf: async () => ({}) as TenantContext };
  const report = { warn: (_: unknown, message: string) => void warnings.push(message), lag: () => undefined };
  const runner = new ReactionRunner([reaction], tenants, report, noPauses);
  await runner.run(['a', 'bad', 'b'].map(changeOf), new AbortController().signal);
  expect([...done]).toEqual(['a', 'b']);
  expect(warnings.at(-1)).toBe('A reaction, fussy, failed on 1 changes; it is given up.');
});
