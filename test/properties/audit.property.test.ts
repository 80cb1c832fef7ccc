import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import fc from 'fast-check';
import type { AuditFact } from '../../src/audit/audit-chain.rules.js';
import { AuditRecorder } from '../../src/audit/audit-recorder.service.js';
import type { TenantContext } from '../../src/platform/context.js';
import { AuditWorld, factOf, stoppingDatabase } from '../support/audit-world.js';
import { FAILURE_MODES, type FailureMode, Failures, Stopped } from '../support/failing-database.js';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 12);

let world: AuditWorld;
let tenants = 0;
jest.setTimeout(600_000);
beforeAll(async () => {
  world = await AuditWorld.create();
});
afterAll(() => world.drop());

function newTenant(): Promise<TenantContext> {
  tenants += 1;
  return world.own.contextOf(`log-${tenants}`);
}

/** The log holds each of these facts once, without gap or fork, and fits the heads that were published. */
async function expectWhole(ctx: TenantContext, subjects: readonly string[]): Promise<void> {
  const entries = await world.entries(ctx);
  expect(entries.map(({ subjects: own }) => own[0]).sort()).toEqual([...subjects].sort());
  expect(entries.map(({ sequence }) => sequence)).toEqual(entries.map((_, n) => n + 1));
  expect(await world.verify(ctx)).toMatchObject({ valid: true, fault: null, entries: subjects.length });
}

/** Runs a turn that may stop at a command, as a killed process does. */
async function turnOf(sequencer: ReturnType<AuditWorld['sequencer']>, ctx: TenantContext, epoch: number) {
  try {
    return await sequencer.turn(ctx, epoch);
  } catch (error) {
    if (error instanceof Stopped) return false;
    throw error;
  }
}

/** So many that half of two items ends within the second. */
function factsOf(item: string): AuditFact[] {
  return Array.from({ length: item === 'a' ? 2 : 4 }, (_, n) => factOf(`${item}-${n}`));
}

interface Death {
  readonly step: number;
  readonly mode: FailureMode;
}

/** Processes that write one log one after the other, each until it dies. */
async function liveOn(ctx: TenantContext, deaths: readonly Death[], epochOf: (life: number) => number): Promise<void> {
  for (const [life, { step, mode }] of deaths.entries()) {
    const failures = new Failures();
    failures.stopAt(step, mode);
    const sequencer = world.sequencer(stoppingDatabase(world.database, failures));
    for (let turn = 0; turn < 12; turn += 1) await turnOf(sequencer, ctx, epochOf(life));
    await failures.restart();
  }
}

/** Requests that each have a fact kept, some at a time. */
async function write(ctx: TenantContext, groups: readonly (readonly string[])[]): Promise<void> {
  const recorder = new AuditRecorder(world.inbox, () => new Date());
  for (const group of groups) await Promise.all(group.map((subject) => recorder.record(ctx, [factOf(subject)])));
}

describe('a sequencer that is stopped at any command', () => {
  /** Two items wait when it begins, three more when it stops at its `step`th command; true where it got that far. */
  async function stopAt(step: number, mode: FailureMode): Promise<boolean> {
    const ctx = await newTenant();
    const keep = (item: string) => world.inbox.keep(ctx.tenantId, factsOf(item), new Date());
    for (const item of ['a', 'b']) await keep(item);
    const failures = new Failures();
    const sequencer = world.sequencer(stoppingDatabase(world.database, failures));
    failures.stopAt(step, mode);
    for (let turn = 0; turn < 3; turn += 1) await turnOf(sequencer, ctx, 1);
    await keep('c');
    for (let turn = 0; turn < 2; turn += 1) await turnOf(sequencer, ctx, 1);
    const isStopped = failures.commands >= step;
    await failures.restart();
    for (const item of ['d', 'e']) await keep(item);
    await world.settle(ctx);
    const facts = ['a', 'b', 'c', 'd', 'e'].flatMap(factsOf);
    await expectWhole(
      ctx,
      facts.map(({ subject }) => subject ?? ''),
    );
    return isStopped;
  }

  test.each(FAILURE_MODES)('%s it took place leaves each fact to be told once', async (mode) => {
    let step = 1;
    while (await stopAt(step, mode)) step += 1;
    expect(step).toBeGreaterThan(8);
  });
});

describe('several processes at once', () => {
  const kill = fc.record({ step: fc.integer({ min: 1, max: 25 }), mode: fc.constantFrom(...FAILURE_MODES) });

  test('with writers beside them, each killed at some command and followed by another, tell each fact once', async () => {
    const script = fc.record({
      items: fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 5, maxLength: 25 }),
      lives: fc.array(fc.array(kill, { minLength: 1, maxLength: 4 }), { minLength: 2, maxLength: 3 }),
      epochs: fc.boolean(),
    });
    await fc.assert(
      fc.asyncProperty(script, async ({ items, lives, epochs }) => {
        const ctx = await newTenant();
        const groups = items.map((count, item) => Array.from({ length: count }, (_, n) => `${item}-${n}`));
        const epochOf = (process: number) => (life: number) => (epochs ? 1 + life + process : 1);
        await Promise.all([
          write(ctx, groups),
          ...lives.map((deaths, process) => liveOn(ctx, deaths, epochOf(process))),
        ]);
        await world.settle(ctx, 99);
        await expectWhole(ctx, groups.flat());
      }),
      { numRuns: RUNS },
    );
  });
});
