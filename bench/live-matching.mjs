import { randomBytes } from 'node:crypto';
import { AccountStore } from '../dist/src/channels/account.store.js';
import { loadConfig } from '../dist/src/config.js';
import { Event } from '../dist/src/events/event.entity.js';
import { eventIdOf } from '../dist/src/events/event.service.js';
import { weighAccounts } from '../dist/src/likeness/account-pairs.js';
import { ACCOUNT_SCHEMA } from '../dist/src/likeness/account-schema.js';
import { BlockStore } from '../dist/src/likeness/block.store.js';
import { LikenessService } from '../dist/src/likeness/likeness.service.js';
import { MatchCandidateStore } from '../dist/src/likeness/match-candidate.store.js';
import { MatchModelStore } from '../dist/src/likeness/match-model.store.js';
import { columnsOf } from '../dist/src/matching/match-schema.js';
import { RecordMatcher } from '../dist/src/matching/record-matcher.js';
import { keyOf, ulid } from '../dist/src/platform/ids.js';
import { ProfileStore } from '../dist/src/profiles/profile.store.js';
import { ProfileAccountsService } from '../dist/src/profiles/profile-accounts.service.js';
import { createServices, prepareDatabase } from '../dist/src/services.js';
import { spread } from './statistics.mjs';
import { table } from './table.mjs';

const TENANT = 'bench';
const PEOPLE = 2_000;
const NEWCOMERS = 200;
const BATCH = 500;
const FILLING = 5_000;
/** About as many blocks as an account makes that nobody else is in. */
const BLOCKS_AN_ACCOUNT = 4;
const FAMILIES = [...'王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧'];
const SYLLABLES = [...'伟芳娜敏静丽强磊洋艳勇军杰娟涛明超霞平刚桂英华玉兰建国文辉力'];

/**
 * What it takes to match one account that comes in, among few and among many. Of the many, people that are like others were
 * ingested; the rest are copies of profiles, and blocks of one account, which are there to be passed over.
 */
export async function benchLiveMatching(connect, { accounts }) {
  const secret = randomBytes(16).toString('hex');
  const config = loadConfig({ JWT_SECRET: secret, MASTER_KEY: secret });
  const database = await connect({ monitorCommands: true });
  await prepareDatabase(database);
  const services = await createServices({ config, database });
  await services.tenants.createTenant(TENANT);
  const models = new MatchModelStore(database);
  const known = await services.tenants.contextOf(TENANT, 'bench');
  await models.add(known, learned(), 'job_bench');
  const ctx = { ...known, settings: { ...known.settings, matchModel: 1 } };
  const store = new AccountStore(database);
  const likeness = new LikenessService(
    new BlockStore(database),
    new MatchCandidateStore(database),
    models,
    new ProfileAccountsService(new ProfileStore(database), store),
    async (...compared) => weighAccounts(...compared),
  );
  const side = { database, services, ctx, store, likeness };
  for (let at = 0; at < PEOPLE; at += BATCH) await likeness.renew(ctx, 1, await ingest(side, 'CRM', at, BATCH));
  const runs = [{ accounts: PEOPLE, ...(await measured(side, 0)) }];
  await fill(database, accounts - PEOPLE);
  runs.push({ accounts, ...(await measured(side, NEWCOMERS)) });
  await database.close();
  return { runs };
}

function person(n) {
  const at = (list, step) => list[Math.floor(n / step) % list.length];
  const day = new Date(Date.UTC(1950, 0, 1) + ((n * 7_919) % 20_000) * 86_400_000).toISOString().slice(0, 10);
  return {
    name: at(FAMILIES, 1) + at(SYLLABLES, 7) + at(SYLLABLES, 211),
    birthday: day,
    gender: n % 2 ? 'MALE' : 'FEMALE',
    province: '浙江省',
    city: '杭州市',
    address: `西湖区文三路${1 + (n % 999)}号${1 + (n % 20)}幢${101 + (n % 700)}室`,
  };
}

function learned() {
  const matcher = new RecordMatcher(ACCOUNT_SCHEMA, { threshold: 0.9 });
  const columns = columnsOf(ACCOUNT_SCHEMA);
  for (let n = 0; n < PEOPLE; n += 1) {
    const row = columns.map((column) => person(n)[column] ?? '');
    matcher.add(`${n}`, row);
    if (n % 2) matcher.add(`${n} again`, row.with(columns.indexOf('birthday'), ''));
  }
  matcher.resolve();
  return matcher.model;
}

/** Ingests people from a number on in a channel; gives their accounts. */
async function ingest({ database, services, ctx, store }, channel, first, count) {
  const inputs = Array.from({ length: count }, (_, index) => ({
    messageId: `${channel}-${first + index}`,
    type: 'IDENTIFY',
    channel,
    identifiers: [{ type: 'CUSTOM', namespace: channel, value: `person-${first + index}` }],
    traits: person(first + index),
    occurredAt: new Date(),
  }));
  const items = inputs.map((input, index) => ({ source: 'GRAPHQL', index, raw: input, input }));
  const { accepted } = await services.ingestion.ingest(ctx, items);
  if (accepted !== count) throw new Error(`Of ${count} events ${accepted} were accepted.`);
  const keys = inputs.map(({ messageId }) => keyOf(TENANT, eventIdOf(ctx, messageId)));
  const events = await database.findByKeys(Event, keys, { accountId: 1 });
  return [
    ...(
      await store.findByIds(
        ctx,
        events.map(({ accountId }) => accountId),
      )
    ).values(),
  ];
}

/** Matches newcomers, each of them like someone who is there, one by one. */
async function measured(side, first) {
  const { database, likeness, ctx } = side;
  const accounts = await ingest(side, 'APP', first, NEWCOMERS);
  await likeness.renew(ctx, 1, accounts.slice(0, 1)); // the model is read once
  const commands = [];
  const documents = [];
  const milliseconds = [];
  const cpu = process.cpuUsage();
  let alike = 0;
  for (const account of accounts.slice(1)) {
    const started = performance.now();
    const sent = await watched(database, async () => {
      alike += (await likeness.renew(ctx, 1, [account])).length > 0 ? 1 : 0;
    });
    milliseconds.push(performance.now() - started);
    commands.push(sent.commands);
    documents.push(sent.documents);
  }
  const { user, system } = process.cpuUsage(cpu);
  const cpuMilliseconds = (user + system) / 1_000 / milliseconds.length;
  return {
    alike: alike / milliseconds.length,
    commands: spread(commands),
    documents: spread(documents),
    milliseconds: spread(milliseconds),
    cpuMilliseconds,
  };
}

/** The commands that finding and keeping takes, and the documents that the database returns. */
async function watched(database, work) {
  const client = database.connection.getClient();
  const counts = { commands: 0, documents: 0 };
  const note = ({ reply, commandName }) => {
    if (!['find', 'insert', 'update'].includes(commandName)) return;
    counts.commands += 1;
    counts.documents += reply.cursor?.firstBatch?.length ?? 0;
  };
  client.on('commandSucceeded', note);
  await work();
  client.off('commandSucceeded', note);
  return counts;
}

/** Fills the collections with copies of a profile and with blocks of one account each. */
async function fill(database, count) {
  const [profiles, blocks] = ['profiles', 'blocks'].map((name) => database.connection.db.collection(name));
  const { _id, ...profile } = await profiles.findOne({ tenantId: TENANT });
  for (let at = 0; at < count; at += FILLING) {
    const ids = Array.from({ length: Math.min(FILLING, count - at) }, () => ulid(new Date()));
    await profiles.insertMany(
      ids.map((id) => ({ _id: keyOf(TENANT, `prf_${id}`), ...profile })),
      { ordered: false },
    );
    const entered = ids.flatMap((id) =>
      Array.from({ length: BLOCKS_AN_ACCOUNT }, () => ({
        _id: keyOf(TENANT, randomBytes(16).toString('base64url')),
        tenantId: TENANT,
        most: 100,
        accountIds: [`acc_${id}`],
      })),
    );
    await blocks.insertMany(entered, { ordered: false });
    if (at % (FILLING * 20) === 0) console.error(`${(at + ids.length).toLocaleString('en')} accounts are there`);
  }
}

/** The table of the live matching benchmark and what its rows mean. */
export function liveMatchingReport(description, { runs }) {
  const rows = runs.map(({ accounts, alike, commands, documents, milliseconds, cpuMilliseconds }) => [
    accounts.toLocaleString('en'),
    `${(alike * 100).toFixed(0)}%`,
    `${commands.median} (${commands.max})`,
    `${documents.median} (${documents.max})`,
    milliseconds.median.toFixed(1),
    cpuMilliseconds.toFixed(2),
  ]);
  const headings = ['accounts', 'matched', 'commands', 'documents', 'ms', 'Node CPU, ms'];
  return `
Matching one account that comes in, on ${description}
${table(headings, rows)}

commands    median (and greatest): enter its blocks, read them, read the profiles of whom it meets; read the candidates
            known of it, and store what is new.
documents   median (and greatest) that the database returned for one account.
accounts    ${PEOPLE.toLocaleString('en')} people were ingested and matched; the rest are copies of a profile, with ${BLOCKS_AN_ACCOUNT} blocks each.
`;
}
