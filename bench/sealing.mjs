import 'reflect-metadata';
import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import jwt from 'jsonwebtoken';
import { createServices, prepareDatabase } from '../dist/src/services.js';
import { leaveUnsealed, UNSEALED } from './null-suite.mjs';
import { Process } from './process.mjs';
import { personsEvents, profileFrom, requestTo } from './serving.mjs';
import { spread } from './statistics.mjs';
import { table } from './table.mjs';
import { firstOrders, orders } from './workload.mjs';

const BATCH = 1_000;
const CONNECTIONS = 16;
const REQUESTS = 2_000;
const WARM_UP_ROUNDS = 2;
/** A tenant a side. */
const SIDES = { [UNSEALED]: 'AES_GCM_SHA256', aes: 'AES_GCM_SHA256', sm: 'SM4_GCM_SM3' };
const MOST = 1.5;

/**
 * What sealing costs: the same batches, and the same reads in clear, by a tenant that seals nothing and by one of each
 * suite. The sides take turns; who begins changes every round.
 */
export async function benchSealing(connect, uri, { rounds }) {
  leaveUnsealed();
  const secrets = { masterKey: randomBytes(32), jwtSecret: randomBytes(32).toString('hex') };
  const database = await connect();
  await prepareDatabase(database);
  const services = await createServices({ config: { ...secrets, clockOffsetMs: 0 }, database });
  const contexts = {};
  for (const [tenant, suite] of Object.entries(SIDES)) {
    await services.tenants.createTenant(tenant, { suite });
    contexts[tenant] = await services.tenants.contextOf(tenant, 'bench');
  }
  const ingestion = await ingestionRounds(services, contexts, rounds);
  for (const ctx of Object.values(contexts)) await ingest(services, ctx, personsEvents());
  const keys = await keysOf(database, services, contexts);
  await database.close();
  const reads = await readRounds({ ...secrets, masterKey: secrets.masterKey.toString('hex'), uri }, keys, rounds);
  return { batch: BATCH, requests: REQUESTS, ingestion, reads, load: loadavg()[0] };
}

async function ingest({ ingestion }, ctx, events) {
  const items = events.map((input, index) => ({ source: 'GRAPHQL', index, raw: input, input }));
  const { accepted } = await ingestion.ingest(ctx, items);
  if (accepted !== events.length) throw new Error(`Of ${events.length} events ${accepted} were accepted.`);
}

/** The sides of a round, in an order that turns. */
function inTurn(round) {
  const names = Object.keys(SIDES);
  return names.map((_, at) => names[(at + round) % names.length]);
}

async function ingestionRounds(services, contexts, rounds) {
  const workloads = { 'all new people': firstOrders, '1,000 known people': (first) => orders(BATCH, first, BATCH) };
  const results = Object.fromEntries(Object.keys(workloads).map((name) => [name, []]));
  for (let round = 0; round < WARM_UP_ROUNDS + rounds; round += 1)
    for (const [name, make] of Object.entries(workloads)) {
      const events = make((round + 1) * BATCH * 10, BATCH);
      const result = {};
      for (const side of inTurn(round)) result[side] = await timed(() => ingest(services, contexts[side], events));
      results[name].push(result);
    }
  return Object.entries(results).flatMap(([name, own]) => [
    summaryOf(`${name}, elapsed`, own.slice(WARM_UP_ROUNDS), ({ milliseconds }) => milliseconds, 'ms'),
    summaryOf(`${name}, Node CPU`, own.slice(WARM_UP_ROUNDS), ({ cpuMs }) => cpuMs, 'ms'),
  ]);
}

async function timed(work) {
  const cpu = process.cpuUsage();
  const start = performance.now();
  await work();
  const { user, system } = process.cpuUsage(cpu);
  return { milliseconds: performance.now() - start, cpuMs: (user + system) / 1_000 };
}

/** The key of the profile of the person with three accounts, for each side. */
async function keysOf(database, services, contexts) {
  const profiles = database.connection.db.collection('profiles');
  const keys = {};
  for (const [side, ctx] of Object.entries(contexts)) {
    const account = await database.connection.db
      .collection('events')
      .findOne({ tenantId: ctx.tenantId, messageId: 'bench-0' });
    const { profiles: roots } = await services.stitching.standingOf(ctx, [account.accountId]);
    keys[side] = roots.get(account.accountId)._id;
    if (!(await profiles.findOne({ _id: keys[side] }))) throw new Error('The profile is not there.');
  }
  return keys;
}

async function readRounds(place, keys, rounds) {
  const [server, load] = [new Process('sealing-side.mjs'), new Process('load.mjs')];
  try {
    const { port } = await server.ask(place);
    const requests = await requestsOf(place, port, keys);
    const results = [];
    for (let round = 0; round < WARM_UP_ROUNDS + rounds; round += 1) {
      const result = {};
      for (const side of inTurn(round)) result[side] = await measure({ server, load, port }, requests[side]);
      results.push(result);
    }
    return [summaryOf('360 view in clear, server CPU', results.slice(WARM_UP_ROUNDS), (cpu) => cpu, 'µs')];
  } finally {
    server.stop();
    load.stop();
  }
}

async function requestsOf({ jwtSecret }, port, keys) {
  const query = await readFile(
    fileURLToPath(new URL('../schema/operations/profile-360.graphql', import.meta.url)),
    'utf8',
  );
  const exp = Math.floor(Date.now() / 1_000) + 3_600;
  const requests = {};
  for (const [tenant, key] of Object.entries(keys)) {
    const token = jwt.sign({ sub: 'bench', tenant, roles: ['ADMIN'], exp }, jwtSecret);
    const variables = { id: key.slice(tenant.length + 1) };
    const { traits } = await profileFrom(port, query, variables, token);
    if (traits.phone !== '+8613900000007') throw new Error('The profile is not read in clear.');
    requests[tenant] = requestTo(query, variables, token);
  }
  return requests;
}

async function measure({ server, load, port }, request) {
  const before = (await server.ask('cpu')).cpu;
  await load.ask({ host: '127.0.0.1', port, request, count: REQUESTS, connections: CONNECTIONS });
  return ((await server.ask('cpu')).cpu - before) / REQUESTS;
}

function summaryOf(name, rounds, of, unit) {
  const sides = Object.keys(SIDES).map((side) => [side, spread(rounds.map((round) => of(round[side])))]);
  const ratio = (side) => spread(rounds.map((round) => of(round[side]) / of(round[UNSEALED])));
  return { name, unit, sides: Object.fromEntries(sides), aesRatio: ratio('aes'), smRatio: ratio('sm') };
}

/** The results as tables, for people. */
export function sealingReport(description, { ingestion, reads, load }, { rounds }) {
  const figure = (value) => Math.round(value).toLocaleString('en');
  const ratio = ({ median, min, max }) => `${median.toFixed(2)} (${min.toFixed(2)} to ${max.toFixed(2)})`;
  const rows = [...ingestion, ...reads].map(({ name, unit, sides, aesRatio, smRatio }) => [
    name,
    ...Object.values(sides).map(({ median }) => `${figure(median)} ${unit}`),
    ratio(aesRatio),
    ratio(smRatio),
  ]);
  return `
What sealing costs, on ${description}
${table(['batches of 1,000; a request', 'unsealed', 'AES', 'SM4', 'AES by unsealed', 'SM4 by unsealed'], rows)}

unsealed    a tenant of the benchmark's alone, whose suite copies bytes and makes tokens without a key.
goal        at most ${MOST} times, by the default suite. Medians of ${rounds} rounds after a warm-up, in which the sides take
            turns, with the least and the greatest; the machine's load was ${load.toFixed(1)}.
`;
}
