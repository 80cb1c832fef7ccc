import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { mongo } from 'mongoose';
import { AccountStore } from '../../src/channels/account.store.js';
import { Channel } from '../../src/channels/channel.js';
import { IdentifierType } from '../../src/channels/identifier-type.js';
import { weighAccounts } from '../../src/likeness/account-pairs.js';
import { BlockStore } from '../../src/likeness/block.store.js';
import { LikenessService } from '../../src/likeness/likeness.service.js';
import { MatchCandidateStore } from '../../src/likeness/match-candidate.store.js';
import { MatchModelStore } from '../../src/likeness/match-model.store.js';
import { Database } from '../../src/platform/database.js';
import { ProfileStore } from '../../src/profiles/profile.store.js';
import { ProfileAccountsService } from '../../src/profiles/profile-accounts.service.js';
import { accountModel } from '../support/account-model.js';
import type { Item } from '../support/naive-stitching.js';
import { StitchingWorld, type TenantWorld } from '../support/stitching-world.js';
import { testServer } from '../support/test-server.js';

const START = Date.UTC(2026, 0, 5);
const SETTINGS = { matchModel: 1 } as const;
const NEWCOMER = { name: '诸葛明月', birthday: '1979-06-23', city: '成都市' };

let world: StitchingWorld;
let database: Database;
let likeness: LikenessService;
let sent: string[] = [];
/** How many documents were asked for by key. */
let asked = 0;

beforeAll(async () => {
  world = await StitchingWorld.open();
  const { databaseUri, databaseName } = testServer();
  database = await Database.connect(databaseUri, { dbName: databaseName, monitorCommands: true });
  database.connection.getClient().on('commandStarted', ({ commandName, command }: mongo.CommandStartedEvent) => {
    if (!['insert', 'update', 'find', 'aggregate'].includes(commandName)) return;
    sent.push(`${commandName} ${command[commandName]}`);
    asked += command.filter?._id?.$in?.length ?? 0;
  });
  likeness = new LikenessService(
    new BlockStore(database),
    new MatchCandidateStore(database),
    new MatchModelStore(database),
    new ProfileAccountsService(new ProfileStore(database), new AccountStore(database)),
    async (...compared) => weighAccounts(...compared),
  );
});
afterAll(async () => {
  await database.close();
  await world.close();
});

/** Someone of a name and birthday of their own. */
function someone(n: number): Item {
  const day = new Date(START - n * 86_400_000 * 13).toISOString().slice(0, 10);
  const name = `${'赵钱孙李周吴郑王冯陈褚卫'[n % 12]}${'一二三四五六七八九十'[n % 10]}${'东南西北中'[n % 5]}`;
  return itemOf(`someone-${n}`, Channel.CRM, { name, birthday: day, city: '杭州市' });
}

function itemOf(user: string, channel: Channel, traits: Item['traits']): Item {
  return { messageId: user, channel, identifiers: [{ type: IdentifierType.USER_ID, value: user }], traits, at: START };
}

async function tenantOf(people: number): Promise<TenantWorld> {
  const tenant = world.newTenant(SETTINGS);
  await tenant.learn(accountModel());
  const all = Array.from({ length: people }, (_, n) => someone(n));
  await tenant.deliver([...all, itemOf('there', Channel.CRM, NEWCOMER)]);
  await tenant.matchLive();
  return tenant;
}

/** The commands that it takes to match an account which came in just now, and how many documents they ask for. */
async function costOfMatching(tenant: TenantWorld) {
  await tenant.deliver([itemOf('newcomer', Channel.APP, NEWCOMER)]);
  const ctx = tenant.newContext();
  const accountId = tenant.accountIdOf(Channel.APP, { type: IdentifierType.USER_ID, value: 'newcomer' });
  const accounts = await new AccountStore(database).findByIds(ctx, [accountId]);
  [sent, asked] = [[], 0];
  const concerned = await likeness.renew(ctx, 1, [...accounts.values()]);
  return { sent: [...sent], asked, concerned };
}

describe('matching an account that comes in', () => {
  test('takes three commands to find who is alike and three to keep it, and reads a block’s worth, among any number', async () => {
    const few = await costOfMatching(await tenantOf(10));
    const many = await costOfMatching(await tenantOf(400));
    expect(few.concerned).toHaveLength(2);
    expect(many.concerned).toHaveLength(2);
    expect(many.sent).toEqual(few.sent);
    const [model, ...matching] = few.sent;
    expect(model).toBe('find match_models');
    expect(matching).toEqual([
      'update blocks',
      'find blocks',
      'find profiles',
      'find match_candidates',
      'insert match_candidates',
      'find profiles',
    ]);
    expect(many.asked).toBe(few.asked);
  });
});
