import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { explainAccounts, preparedAccount } from '../../../src/likeness/account-pairs.js';
import { ACCOUNT_SCHEMA } from '../../../src/likeness/account-schema.js';
import { type AccountEntry, MatchWork } from '../../../src/likeness/match-work.js';
import { MatchWorkers } from '../../../src/likeness/match-workers.js';
import type { MatchModel } from '../../../src/matching/match-model.js';
import { columnsOf } from '../../../src/matching/match-schema.js';
import { RecordMatcher } from '../../../src/matching/record-matcher.js';
import { piecesOf } from '../../../src/platform/pieces.js';
import { builtThread } from '../../support/built-thread.mjs';
import { saidOfPeople } from '../../support/generated-people.js';

const ENTRIES = saidOfPeople(400, 5).map(({ traits }, at): AccountEntry => [`a${at}`, traits]);
const NEVER = new AbortController().signal;
const unheard = () => undefined;

let entry: URL;
let workers: MatchWorkers;

beforeAll(async () => {
  entry = await builtThread();
  workers = new MatchWorkers(entry, 1);
});
afterAll(() => workers.close());

/** A thread that does this with each message, instead of the work. */
const threadOf = (code: string) =>
  new URL(
    `data:text/javascript,import { parentPort } from 'node:worker_threads'; parentPort.on('message', ({ call, message }) => { ${code} });`,
  );

const learn = (entries = ENTRIES, signal = NEVER) => workers.learn(piecesOf(entries, 100), unheard, signal);

/** What the matcher of files learns from the same. */
function learnedInline(entries = ENTRIES): MatchModel | null {
  const matcher = new RecordMatcher(ACCOUNT_SCHEMA, { threshold: 0.9 });
  for (const [id, values] of entries)
    matcher.add(
      id,
      columnsOf(ACCOUNT_SCHEMA).map((column) => values[column as keyof typeof values] ?? ''),
    );
  matcher.resolve();
  return matcher.model;
}

describe('learning in a thread', () => {
  test('gives the model that a file of the same records gives, in any order, again and again', async () => {
    const expected = learnedInline();
    expect(await learn()).toEqual(expected);
    expect(await learn([...ENTRIES].reverse())).toEqual(expected);
    expect(await learn(ENTRIES.slice(300))).toEqual(learnedInline(ENTRIES.slice(300)));
  });

  test('leaves the event loop free: it turns on while a thread learns, and not once where none does', async () => {
    let turns = 0;
    let isOver = false;
    const counting = (async () => {
      for (; !isOver; await turn()) turns += 1;
    })();
    let before = -1;
    await workers.learn(
      piecesOf(ENTRIES, 100),
      (share) => {
        if (share === 0) before = turns;
      },
      NEVER,
    );
    const inThread = turns - before;
    const start = turns;
    const inline = new MatchWork();
    inline.answer({ do: 'take', accounts: ENTRIES }, unheard);
    inline.answer({ do: 'learn' }, unheard);
    expect(turns - start).toBe(0);
    isOver = true;
    await counting;
    expect(before).toBeGreaterThan(0);
    expect(inThread).toBeGreaterThan(100);
  });

  test('tells how far it is, up to all', async () => {
    const shares: number[] = [];
    await workers.learn(piecesOf(ENTRIES, 100), (share) => shares.push(share), NEVER);
    expect(shares).toEqual([...shares].sort((one, other) => one - other));
    expect([shares[0], shares.at(-1)]).toEqual([0, 1]);
  });

  test('passes on what the reading throws, and goes on with the next', async () => {
    async function* broken() {
      yield [['other', { name: '外人', city: '别处' }]] as const;
      throw new RangeError('no more of them');
    }
    await expect(workers.learn(broken(), unheard, NEVER)).rejects.toThrow(new RangeError('no more of them'));
    expect(await learn()).toEqual(learnedInline());
  });
});

/** Works with threads of its own, and ends them. */
async function withWorkers<T>(thread: URL, work: (own: MatchWorkers) => Promise<T>): Promise<T> {
  const own = new MatchWorkers(thread, 1);
  return work(own).finally(() => own.close());
}

const turns = async (count: number) => {
  for (let at = 0; at < count; at++) await turn();
};

describe('a thread that', () => {
  test('takes nothing: two batches are read and no more; aborted, the reading ends', async () => {
    await withWorkers(threadOf(''), async (own) => {
      const stop = new AbortController();
      let [read, isClosed] = [0, false];
      async function* batches() {
        try {
          while (read < 50) {
            read += 1;
            yield ENTRIES.slice(0, 1);
          }
        } finally {
          isClosed = true;
        }
      }
      const learning = own.learn(batches(), unheard, stop.signal);
      await turns(200);
      expect(read).toBe(2);
      stop.abort(new Error('no longer wanted'));
      await expect(learning).rejects.toThrow(new Error('no longer wanted'));
      expect([read, isClosed]).toEqual([2, true]);
    });
  });

  test.each([
    ['is ended', 'process.exit(7)', 'exit code 7'],
    ['throws outside its calls', "setImmediate(() => { throw new TypeError('out of luck') })", 'out of luck'],
  ])('%s: the work rejects and says so', async (_, code, why) => {
    await withWorkers(threadOf(code), async (own) => {
      const learning = own.learn(piecesOf(ENTRIES, 100), unheard, NEVER);
      await expect(learning).rejects.toThrow('A worker thread ended before it had answered');
      await expect(learning).rejects.toThrow(why);
    });
  });

  test('has a model keeps it: it is sent once, and the one used longest ago is dropped', async () => {
    const told = 'parentPort.postMessage({ call, result: [message.model, Boolean(message.given), message.dropped] })';
    await withWorkers(threadOf(told), async (own) => {
      const models = [1, 2, 3, 4, 5].map((records) => ({ records }) as unknown as MatchModel);
      const sent: unknown[] = [];
      for (const at of [0, 0, 1, 2, 3, 0, 4, 1])
        sent.push(await own.weigh(models[at] as MatchModel, new Map(), [], NEVER));
      expect(sent).toEqual([
        [1, true, []],
        [1, false, []],
        [2, true, []],
        [3, true, []],
        [4, true, []],
        [1, false, []],
        [5, true, [2]],
        [2, true, [3]],
      ]);
    });
  });
});

describe('cancelling', () => {
  test('ends the thread in the middle of its learning, and the next one learns', async () => {
    const stop = new AbortController();
    const reason = new Error('cancelled');
    let last = -1;
    const learning = workers.learn(
      piecesOf(ENTRIES, 100),
      (share) => {
        last = share;
        stop.abort(reason);
      },
      stop.signal,
    );
    await expect(learning).rejects.toBe(reason);
    expect(last).toBe(0);
    expect(await learn()).toEqual(learnedInline());
  });

  test('who waits for a thread begins when it is free', async () => {
    await withWorkers(threadOf(''), async (own) => {
      const [first, second] = [new AbortController(), new AbortController()];
      const one = own.learn(piecesOf(ENTRIES, 100), unheard, first.signal);
      let hasBegun = false;
      async function* batches() {
        hasBegun = true;
        yield* piecesOf(ENTRIES, 100);
      }
      const other = own.learn(batches(), unheard, second.signal);
      await turns(200);
      expect(hasBegun).toBe(false);
      first.abort(new Error('enough'));
      await expect(one).rejects.toThrow('enough');
      await turns(2);
      expect(hasBegun).toBe(true);
      second.abort(new Error('enough of this too'));
      await expect(other).rejects.toThrow('enough of this too');
    });
  });

  test('who waits for a thread leaves at once', async () => {
    await withWorkers(threadOf(''), async (own) => {
      const [first, second] = [new AbortController(), new AbortController()];
      const one = own.learn(piecesOf(ENTRIES, 100), unheard, first.signal);
      const other = own.weigh({} as MatchModel, new Map(), [], second.signal);
      second.abort(new Error('not so long'));
      await expect(other).rejects.toThrow(new Error('not so long'));
      await expect(own.weigh({} as MatchModel, new Map(), [], second.signal)).rejects.toThrow('not so long');
      first.abort(new Error('enough'));
      await expect(one).rejects.toThrow(new Error('enough'));
    });
  });

  test('closing ends what is under way, what waits and what comes', async () => {
    const own = new MatchWorkers(threadOf(''), 1);
    const works = [1, 2].map(() => own.learn(piecesOf(ENTRIES, 100), unheard, NEVER));
    const outcomes = Promise.allSettled(works);
    await turn();
    await own.close();
    const closed = { status: 'rejected', reason: new Error('The threads are closed.') };
    expect(await outcomes).toEqual([closed, closed]);
    await expect(own.learn(piecesOf(ENTRIES, 100), unheard, NEVER)).rejects.toThrow('The threads are closed.');
  });

  test('a process ends by itself where threads are idle', async () => {
    const code = `import { MatchWorkers } from ${JSON.stringify(new URL('./match-workers.js', entry).href)};
      const model = { version: 1, records: 2, match: 0.1, household: 0, fields: [] };
      console.log(JSON.stringify(await new MatchWorkers().weigh(model, new Map(), [], new AbortController().signal)));`;
    const folder = mkdtempSync(join(tmpdir(), 'tributary-threads-'));
    const file = join(folder, 'weigh.mjs');
    writeFileSync(file, code);
    const ended = promisify(execFile)(process.execPath, [file], { timeout: 25_000 });
    await ended.finally(() => rmSync(folder, { recursive: true }));
    expect((await ended).stdout).toBe('[]\n');
  });
});

describe('weighing in a thread', () => {
  test('gives what explainAccounts gives, pair by pair', async () => {
    const model = await learn();
    const accounts = new Map(ENTRIES.slice(0, 60));
    const ids = [...accounts.keys()];
    const pairs = ids.flatMap((left, at) => ids.slice(at + 1).map((right) => [left, right] as const));
    const valuesOf = (id: string) => preparedAccount(accounts.get(id) ?? {});
    const expected = pairs.map(([left, right]) => {
      const { probability, matchWeight: weight } = explainAccounts(model, valuesOf(left), valuesOf(right));
      return { probability, weight };
    });
    expect(expected.some(({ probability }) => probability > 0.9)).toBe(true);
    expect(await workers.weigh(model, accounts, pairs, NEVER)).toEqual(expected);
    expect(await workers.weigh(model, accounts, pairs.slice(0, 5), NEVER)).toEqual(expected.slice(0, 5));
  });
});
