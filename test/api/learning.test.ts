import { beforeAll, describe, expect, test } from '@jest/globals';
import type { EventInput } from '../../schema/generated/operations.js';
import { AccountStore } from '../../src/channels/account.store.js';
import { LearningService } from '../../src/likeness/learning.service.js';
import { MatchModelStore } from '../../src/likeness/match-model.store.js';
import { MatchWorkers } from '../../src/likeness/match-workers.js';
import type { TenantContext } from '../../src/platform/context.js';
import { PermittedUseService } from '../../src/profiles/permitted-use.service.js';
import { ProfileStore } from '../../src/profiles/profile.store.js';
import type { Services } from '../../src/services.js';
import { type ApiClient, clientOf, present } from '../support/api-client.js';
import { builtThread } from '../support/built-thread.mjs';
import { saidOfPeople } from '../support/generated-people.js';
import { cancelJob, endOf, jobOf, resultOf, startJob, untilJob } from '../support/job-client.js';
import { OwnServer } from '../support/own-server.js';
import { byOpenId, byUser, identify, sendAll } from '../support/sample-events.js';
import { createTenant, withDatabase } from '../support/server.js';
import { withServices } from '../support/server-services.js';

const KIND = 'learn-matching';

/** What is said of generated people, by accounts of two channels that share no identifier. */
function eventsOf(people: number, seed: number, twice = 2): EventInput[] {
  const seen = new Set<number>();
  return saidOfPeople(people, seed, twice).map(({ person, traits }) => {
    const isSecond = seen.has(person);
    seen.add(person);
    const { phone, email, ...rest } = traits;
    const held = { ...rest, ...(phone && { mobile: phone }), ...(email && { email }) };
    return isSecond
      ? identify({ channel: 'WECHAT_OFFICIAL_ACCOUNT', identifiers: [byOpenId(`o${person}`)], traits: rest })
      : identify({ channel: 'CRM', identifiers: [byUser(`u${person}`)], traits: held });
  });
}

async function tenantWith(
  prefix: string,
  events: readonly EventInput[],
): Promise<{ tenant: string; client: ApiClient }> {
  const tenant = await createTenant(prefix);
  const client = clientOf(tenant);
  await sendInPieces(client, events);
  return { tenant, client };
}

async function sendInPieces(client: ApiClient, events: readonly EventInput[]): Promise<void> {
  for (let at = 0; at < events.length; at += 500) await sendAll(client, events.slice(at, at + 500));
}

/** The models of a tenant. */
function withModels<T>(tenant: string, work: (models: MatchModelStore, ctx: TenantContext) => Promise<T>): Promise<T> {
  return withServices(tenant, (_, ctx) => withDatabase((database) => work(new MatchModelStore(database), ctx)));
}

const newestOf = (tenant: string) => withModels(tenant, (models, ctx) => models.newestVersion(ctx));

interface ShownModel {
  readonly version: number;
  readonly match: number;
  readonly fields: readonly { field: string; levels: readonly { level: string; weight: number }[] }[];
}

const PEOPLE = 400;
const TWICE = 200;

describe('learning how accounts agree', () => {
  let tenant: string;
  let client: ApiClient;

  beforeAll(async () => {
    ({ tenant, client } = await tenantWith('learning', eventsOf(PEOPLE, 11)));
  }, 180_000);

  test('comes forward while it reads and learns, and shows what was learned', async () => {
    const { id } = await startJob(client, KIND);
    const shares: number[] = [];
    const ended = await untilJob(client, id, ({ state, progress }) => {
      shares.push(progress);
      return state !== 'QUEUED' && state !== 'RUNNING';
    });
    expect(ended).toMatchObject({ state: 'SUCCEEDED', progress: 1, result: { version: 1, accounts: PEOPLE + TWICE } });
    expect(shares).toEqual([...shares].sort((one, other) => one - other));
    expect(shares.some((share) => share > 0 && share < 1)).toBe(true);
    const { match, fields } = ended.result as unknown as ShownModel;
    const pairs = ((PEOPLE + TWICE) * (PEOPLE + TWICE - 1)) / 2;
    expect(match * pairs).toBeGreaterThan(0.8 * TWICE);
    expect(match * pairs).toBeLessThan(1.2 * TWICE);
    expect(fields.map(({ field }) => field)).toEqual(['name', 'gender', 'birthday', 'phone', 'email', 'address']);
    for (const { levels } of fields) {
      expect(levels[0]?.weight).toBeGreaterThan(0.5);
      expect(levels.find(({ level }) => level === 'different')?.weight).toBeLessThan(-1);
    }
  });

  test('what it shows, and what is stored, tells no value; the model itself knows frequent ones', async () => {
    const shown = JSON.stringify(await resultOf(client, KIND));
    expect(shown).not.toMatch(/\p{Script=Han}|\d{4}-\d\d|@/u);
    const [model, stored] = await withModels(tenant, async (models, ctx) => {
      const documents = await withDatabase((database) =>
        database.connection.collection('match_models').find({ tenantId: tenant }).toArray(),
      );
      return [await models.find(ctx, 2), JSON.stringify(documents) + Buffer.concat(documents.map(blobOf))];
    });
    const names = Object.keys(model?.fields[0]?.frequencies?.counts ?? {});
    expect(names.length).toBeGreaterThan(0);
    expect(stored).toContain(`${tenant}:00000002`);
    for (const name of names) expect(stored).not.toContain(name);
  });

  test('learns the same from the same accounts, as the next version', async () => {
    const versions = [await resultOf(client, KIND), await resultOf(client, KIND)];
    expect(versions.map(({ version }) => version)).toEqual([3, 4]);
    const [one, other] = versions.map(({ version: _, ...learned }) => learned);
    expect(one).toEqual(other);
  });

  test('cancelled, it ends and stores nothing', async () => {
    const before = await newestOf(tenant);
    const { id } = await startJob(client, KIND);
    await untilJob(client, id, ({ state }) => state === 'RUNNING');
    await cancelJob(client, id);
    expect(await endOf(client, id)).toMatchObject({ state: 'CANCELLED', result: null });
    expect(await newestOf(tenant)).toBe(before);
  });

  test('another tenant learns of its own accounts alone', async () => {
    const other = await tenantWith('learning-other', eventsOf(150, 12));
    expect(await resultOf(other.client, KIND)).toMatchObject({ version: 1, accounts: 225 });
    expect([await newestOf(tenant), await newestOf(other.tenant)]).toEqual([4, 1]);
  }, 180_000);

  test('takes no parameters', async () => {
    await expect(startJob(client, KIND, { model: 1 })).rejects.toThrow('parameters.model');
  });
});

describe('too little to learn from', () => {
  test.each<[string, () => EventInput[], RegExp]>([
    ['nobody', () => [], /^CONFLICT: .* 0 state a name/],
    [
      'few names',
      () => eventsOf(60, 13),
      /^CONFLICT: Too few accounts to learn from: 90 state a name, and it takes 100\./,
    ],
    [
      'nobody twice',
      () => eventsOf(300, 14, 0),
      /^CONFLICT: Too few to learn from; pairs of accounts that seem to be one person's: \d, and it takes 10\./,
    ],
    ['everybody alike', () => alike(200), /^CONFLICT: The accounts are too much alike/],
  ])(
    '%s: it fails, says so and stores nothing',
    async (_, events, why) => {
      const { tenant, client } = await tenantWith('learning-little', events());
      const ended = await endOf(client, (await startJob(client, KIND)).id);
      expect(ended).toMatchObject({ state: 'FAILED', result: null, error: expect.stringMatching(why) });
      expect(await newestOf(tenant)).toBe(0);
    },
    60_000,
  );
});

/** Accounts that say the same of everybody. */
function alike(accounts: number): EventInput[] {
  return Array.from({ length: accounts }, (_, at) =>
    identify({ channel: 'CRM', identifiers: [byUser(`same${at}`)], traits: { name: '王小明', city: '杭州市' } }),
  );
}

describe('a job that is taken up again', () => {
  let tenant: string;
  beforeAll(async () => {
    ({ tenant } = await tenantWith('learning-again', eventsOf(150, 15)));
  }, 180_000);

  /** Runs the job in this process; where `broken` says so, it dies once the model is stored. */
  async function run(id: string, checkpoint: unknown, kept: unknown[], broken = false): Promise<unknown> {
    const thread = await builtThread();
    const workers = new MatchWorkers(thread);
    const work = (_: Services, ctx: TenantContext) =>
      withDatabase((database) => {
        const models = new MatchModelStore(database);
        const failing = Object.assign(Object.create(models) as MatchModelStore, {
          find: () => Promise.reject(new Error('The process dies.')),
        });
        const job = { id, checkpoint, signal: new AbortController().signal, context: async () => ctx };
        const points = { progress: async () => undefined, save: async (place: unknown) => void kept.push(place) };
        const uses = new PermittedUseService(new ProfileStore(database));
        const learning = new LearningService(new AccountStore(database), broken ? failing : models, workers, uses);
        return learning.run(ctx, {}, { ...job, ...points });
      });
    return withServices(tenant, work).finally(() => workers.close());
  }

  test('once its model is stored shows that, and stores no other', async () => {
    const kept: unknown[] = [];
    await expect(run('job_one', null, kept, true)).rejects.toThrow('The process dies.');
    expect(await newestOf(tenant)).toBe(1);
    expect(kept).toEqual([{ accounts: 225 }]);
    expect(await run('job_one', kept[0], kept)).toMatchObject({ version: 1, accounts: 225 });
    expect(await newestOf(tenant)).toBe(1);
  });

  test('begins anew where it is not stored; another job stores another version', async () => {
    expect(await run('job_two', { accounts: 3 }, [])).toMatchObject({ version: 2, accounts: 225 });
  });

  test('and runs twice at once, it stores one version', async () => {
    const model = await withModels(tenant, async (models, ctx) => present(await models.find(ctx, 1)));
    const versions = await withModels(tenant, (models, ctx) =>
      Promise.all(['a', 'b', 'a', 'a', 'b'].map((job) => models.add(ctx, model, `job_${job}`))),
    );
    const [a, b] = versions;
    expect(versions).toEqual([a, b, a, a, b]);
    expect([a, b].sort()).toEqual([3, 4]);
    expect(await newestOf(tenant)).toBe(4);
  });
});

test('a server that is told to stop while it learns lets go of the job, and another one learns anew', async () => {
  const name = 'told-to-stop';
  const server = new OwnServer('warn', { environment: { WORKER: 'off' } });
  const workers: OwnServer[] = [];
  const startWorker = async () => {
    const worker = server.beside({ WORKER: 'inline', DRAIN_DELAY: 'PT0S' });
    workers.push(worker);
    await worker.start();
    return worker;
  };
  try {
    await server.start();
    await server.createTenant(name);
    const client = server.client(name);
    await sendInPieces(client, eventsOf(3 * PEOPLE, 16));
    const { id } = await startJob(client, KIND);
    const first = await startWorker();
    await untilJob(client, id, ({ state }) => state === 'RUNNING');
    expect(await first.stop()).toBe(0);
    expect(await jobOf(client, id)).toMatchObject({ state: 'RUNNING', error: null });
    await startWorker();
    const ended = await endOf(client, id);
    expect(ended).toMatchObject({ state: 'SUCCEEDED', result: { version: 1, accounts: 3 * (PEOPLE + TWICE) } });
  } finally {
    for (const one of [...workers, server]) await one.dispose();
  }
}, 240_000);

function blobOf({ sealedModel }: Record<string, unknown>): Buffer {
  return Buffer.from((sealedModel as { buffer: Buffer }).buffer);
}
