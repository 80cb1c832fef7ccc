import { randomBytes } from 'node:crypto';
import { createServices, prepareDatabase } from '../dist/src/services.js';
import { countCommands } from './database.mjs';
import { benchFloor } from './floor.mjs';
import { median, spread } from './statistics.mjs';
import { firstOrders, orders } from './workload.mjs';

const TENANT = 'bench';
const BATCH = 1_000;
const FEW = 100;
/** Rounds that are not counted: the first batches run on code that is not compiled yet. */
const WARM_UP_ROUNDS = 3;
/** As the collection of events has it. */
const HISTORY_INDEX = { tenantId: 1, accountId: 1, occurredAt: -1, _id: -1 };

/** Both sides over one connection: the product's ingestion, and the driver's plain insert. */
async function createSides(connect, config, options) {
  const database = await connect(options);
  const services = await createServices({ config, database });
  await services.tenants.createTenant(TENANT);
  const ctx = await services.tenants.contextOf(TENANT, 'bench');
  const raw = database.connection.db.collection('raw_events');
  await raw.createIndex(HISTORY_INDEX);
  return {
    database,
    ingest: (events) => ingest(services, ctx, events),
    insert: (events) => raw.insertMany(events.map(toDocument), { ordered: false }),
  };
}

async function ingest({ ingestion }, ctx, events) {
  const items = events.map((input, index) => ({ source: 'GRAPHQL', index, raw: input, input }));
  const { accepted } = await ingestion.ingest(ctx, items);
  if (accepted !== events.length) throw new Error(`Of ${events.length} events ${accepted} were accepted.`);
}

/** What a program would store that did nothing but keep the events of each customer in order. */
function toDocument({ messageId, ...event }) {
  const accountId = `acc_${event.identifiers[0].value}`;
  return { _id: `${TENANT}:${messageId}`, tenantId: TENANT, accountId, ...event, receivedAt: new Date() };
}

/** The three batches of a round, over people of its own: first all are new, then the same people are known. */
function workloadsOf(round, history) {
  const first = (round + 1) * BATCH * 10;
  const known = Array.from({ length: history }, () => orders(BATCH, first, BATCH));
  return [
    { name: 'all new people', before: [], make: () => firstOrders(first, BATCH) },
    { name: '1,000 known people', before: known, make: () => orders(BATCH, first, BATCH) },
    { name: '100 known people', before: [], make: () => orders(BATCH, first, FEW) },
  ];
}

/** The time of the same batch on both sides, one right after the other; which goes first changes every round. */
async function measure({ ingest, insert }, batch, isRawFirst) {
  const times = {};
  const raw = async () => {
    times.raw = (await timed(() => insert(batch))).milliseconds;
  };
  if (isRawFirst) await raw();
  const own = await timed(() => ingest(batch));
  if (!isRawFirst) await raw();
  return { rawMs: times.raw, ingestMs: own.milliseconds, cpuMs: own.cpuMs };
}

async function timed(work) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { milliseconds: performance.now() - start, cpuMs: (user + system) / 1_000 };
}

async function runRound(sides, round, history, isRawFirst = round % 2 === 0) {
  const results = [];
  for (const { name, before, make } of workloadsOf(round, history)) {
    for (const batch of before) await sides.ingest(batch);
    results.push({ name, ...(await measure(sides, make(), isRawFirst)) });
  }
  return results;
}

/** A round for counting alone: watching commands costs time, so the measured rounds go without. */
async function countRound(sides, history) {
  const commands = {};
  for (const { name, before, make } of workloadsOf(-1, history)) {
    for (const batch of before) await sides.ingest(batch);
    const batch = make();
    await sides.insert(batch);
    commands[name] = await countCommands(sides.database, () => sides.ingest(batch));
  }
  return commands;
}

function summaryOf(name, rounds, commands) {
  const own = rounds.flat().filter((result) => result.name === name);
  const perSecond = (milliseconds) => (BATCH * 1_000) / milliseconds;
  return {
    name,
    rawPerSecond: spread(own.map(({ rawMs }) => perSecond(rawMs))),
    ingestPerSecond: spread(own.map(({ ingestMs }) => perSecond(ingestMs))),
    ratio: spread(own.map(({ rawMs, ingestMs }) => rawMs / ingestMs)),
    nodeCpuMs: spread(own.map(({ cpuMs }) => cpuMs)),
    commands: Object.values(commands).reduce((sum, count) => sum + count, 0),
    commandsByName: commands,
  };
}

/**
 * Ingestion in batches of 1,000 against `insertMany` of the same events, with the same write concern and index. `history`
 * is how many orders each known person has made before, besides the first.
 */
export async function benchIngestion(connect, { rounds, history }) {
  const config = { masterKey: randomBytes(32), jwtSecret: randomBytes(32).toString('hex'), clockOffsetMs: 0 };
  const counting = await createSides(connect, config, { monitorCommands: true });
  await prepareDatabase(counting.database);
  const commands = await countRound(counting, history);
  const floor = floorOf(await benchFloor(counting, { rounds, batch: BATCH }));
  await counting.database.close();
  const sides = await createSides(connect, config);
  const results = [];
  for (let round = 0; round < WARM_UP_ROUNDS + rounds; round += 1) results.push(await runRound(sides, round, history));
  await sides.database.close();
  const counted = results.slice(WARM_UP_ROUNDS);
  const workloads = Object.entries(commands).map(([name, own]) => summaryOf(name, counted, own));
  return { workloads, floor };
}

function floorOf({ ratios, millisecondsByCollection }) {
  const medians = Object.entries(millisecondsByCollection).map(([name, times]) => [name, median(times)]);
  return { ratio: spread(ratios), millisecondsByCollection: Object.fromEntries(medians) };
}
