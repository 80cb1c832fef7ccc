import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import type { AuditFact } from '../../../src/audit/audit-chain.rules.js';
import { AuditRecorder } from '../../../src/audit/audit-recorder.service.js';
import { readFacts } from '../../../src/audit/told-facts.rules.js';
import { AppError } from '../../../src/platform/errors.js';

const fact = (subject: string, details = {}): AuditFact => {
  return { at: new Date(0).toISOString(), actor: 'a', action: 'b', subject, outcome: 'OK', details };
};

/** A recorder over an inbox whose writes end when they are told to. */
function world() {
  const writes: { tenantId: string; subjects: (string | null)[]; end(error?: Error): void }[] = [];
  const keep = (tenantId: string, facts: readonly AuditFact[]) =>
    new Promise<void>((kept, failed) => {
      const subjects = facts.map(({ subject }) => subject);
      writes.push({ tenantId, subjects, end: (error) => (error ? failed(error) : kept()) });
    });
  const recorder = new AuditRecorder({ keep }, () => new Date(0));
  const record = (subject: string, tenantId = 'acme') => recorder.record({ tenantId }, [fact(subject)]);
  return { recorder, record, writes };
}

describe('facts are kept together', () => {
  test('those of one turn at once, and of each tenant apart', async () => {
    const { record, writes } = world();
    const all = [record('1'), record('2'), record('3', 'other')];
    await turn();
    expect(writes.map(({ tenantId, subjects }) => [tenantId, subjects])).toEqual([
      ['acme', ['1', '2']],
      ['other', ['3']],
    ]);
    for (const { end } of writes) end();
    await Promise.all(all);
  });

  test('those that come while one is being written when that is done, and no request before its own is', async () => {
    const { record, writes } = world();
    const first = record('1');
    await turn();
    let isKept = false;
    const others = Promise.all([record('2'), record('3')]).then(() => {
      isKept = true;
    });
    writes[0]?.end();
    await first;
    await turn();
    expect([isKept, writes[1]?.subjects]).toEqual([false, ['2', '3']]);
    writes[1]?.end();
    await others;
  });

  test('and after 20 ms where that takes long', async () => {
    const { record, writes } = world();
    const all = [record('1')];
    await turn();
    all.push(record('2'));
    while (writes.length < 2) await turn();
    expect(writes.map(({ subjects }) => subjects)).toEqual([['1'], ['2']]);
    for (const { end } of writes) end();
    await Promise.all(all);
  });

  test('in items of at most 500 facts, and 256 kB', async () => {
    const { recorder, writes } = world();
    const facts = Array.from({ length: 1_100 }, (_, n) => fact(String(n)));
    const large = Array.from({ length: 4 }, (_, n) => fact(String(n), { text: 'x'.repeat(100_000) }));
    const all = [recorder.record({ tenantId: 'many' }, facts), recorder.record({ tenantId: 'large' }, large)];
    await turn();
    const sizes = (tenant: string) =>
      writes.filter(({ tenantId }) => tenantId === tenant).map(({ subjects }) => subjects.length);
    expect([sizes('many'), sizes('large')]).toEqual([
      [500, 500, 100],
      [2, 2],
    ]);
    for (const { end } of writes) end();
    await Promise.all(all);
  });
});

describe('what can not be kept', () => {
  test('fails those that asked for it, and not those that come later', async () => {
    const { record, writes } = world();
    const failing = record('1');
    await turn();
    writes[0]?.end(new Error('away'));
    await expect(failing).rejects.toThrow('away');
    const next = record('2');
    await turn();
    writes[1]?.end();
    await next;
  });

  test('is refused where 20,000 wait already', async () => {
    const { recorder, record, writes } = world();
    const waiting = recorder.record(
      { tenantId: 'acme' },
      Array.from({ length: 20_000 }, (_, n) => fact(String(n))),
    );
    await expect(record('one more')).rejects.toThrow(AppError);
    await turn();
    for (const { end } of writes) end();
    await waiting;
    const next = record('2');
    await turn();
    writes.at(-1)?.end();
    await next;
  });
});

test('an item of the inbox that somebody spoilt becomes a fact that says so', () => {
  expect(readFacts(JSON.stringify([fact('1')]))).toEqual([fact('1')]);
  for (const text of [
    '',
    '{}',
    '[]',
    '[1]',
    '[{"at":"never"}]',
    JSON.stringify([fact('1'), { ...fact('2'), at: 'x' }]),
  ])
    expect(readFacts(text)).toEqual([expect.objectContaining({ action: 'spoiltInboxItem' })]);
});
