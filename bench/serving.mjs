import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import jwt from 'jsonwebtoken';
import { createServices, prepareDatabase } from '../dist/src/services.js';
import { Process } from './process.mjs';
import { spread } from './statistics.mjs';

const TENANT = 'bench';
const CONNECTIONS = 32;
const REQUESTS = 4_000;
/** Rounds that are not counted: the first requests run on code that is not compiled yet. */
const WARM_UP_ROUNDS = 2;

const file = (path) => fileURLToPath(new URL(path, import.meta.url));

/** A tenant with a person whose profile is read, and what a server needs to show it. */
export async function prepare(connect, uri) {
  const secrets = { masterKey: randomBytes(32), jwtSecret: randomBytes(32).toString('hex') };
  const database = await connect();
  await prepareDatabase(database);
  const services = await createServices({ config: { ...secrets, clockOffsetMs: 0 }, database });
  await services.tenants.createTenant(TENANT);
  const ctx = await services.tenants.contextOf(TENANT, 'bench');
  const events = personsEvents();
  const items = events.map((input, index) => ({ source: 'GRAPHQL', index, raw: input, input }));
  await services.ingestion.ingest(ctx, items);
  const profiles = database.connection.db.collection('profiles');
  const { _id: key } = await profiles.findOne({ tenantId: TENANT, mergedInto: { $exists: false } });
  await database.close();
  return { ...secrets, masterKey: secrets.masterKey.toString('hex'), uri, key, collection: 'profiles' };
}

/** A person of three accounts, each small enough that the profile holds it whole: one read answers the 360 view. */
export function personsEvents() {
  const phone = { type: 'PHONE', value: '+8613900000007' };
  const user = { type: 'USER_ID', value: 'bench-7' };
  const traits = { name: '韩梅梅' };
  const at = (minutes) => new Date(Date.now() - minutes * 60_000).toISOString();
  const event = (index, more) => ({ messageId: `bench-${index}`, occurredAt: at(100 - index), ...more });
  const seen = (index) =>
    event(index, {
      type: 'TRACK',
      name: 'Product Viewed',
      channel: 'WEB',
      identifiers: [user],
      properties: { sku: `T-${index}` },
    });
  return [
    event(0, { type: 'IDENTIFY', channel: 'CRM', identifiers: [phone, user], traits }),
    event(1, {
      type: 'IDENTIFY',
      channel: 'STORE',
      identifiers: [phone],
      traits: { city: '上海', email: 'mei@example.org' },
    }),
    ...[2, 3, 4].map(seen),
  ];
}

/** A request for a document as it goes over the wire. */
export function requestTo(query, variables, token) {
  const body = JSON.stringify({ query, variables });
  const head = [
    'POST /graphql HTTP/1.1',
    'host: 127.0.0.1',
    'content-type: application/json',
    'accept: application/json',
    `authorization: Bearer ${token}`,
    `content-length: ${Buffer.byteLength(body)}`,
  ];
  return `${head.join('\r\n')}\r\n\r\n${body}`;
}

/** The profile that a server answers with; throws where it doesn't. */
export async function profileFrom(port, query, variables, token) {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables }),
  });
  const { data, errors } = await response.json();
  if (errors || !data.profile) throw new Error(`The profile is not served: ${JSON.stringify(errors)}`);
  return data.profile;
}

/** The CPU a request costs a side, in microseconds, and the bytes of its answers. */
async function measure({ side, port, request }, load) {
  const before = (await side.ask('cpu')).cpu;
  const place = { host: '127.0.0.1', port, request, count: REQUESTS, connections: CONNECTIONS };
  const { received } = await load.ask(place);
  const { cpu } = await side.ask('cpu');
  return { cpuPerRequest: (cpu - before) / REQUESTS, bytes: received / REQUESTS };
}

/** Starts the sides; each gets the profile that the view serves to a marketer, masked. */
async function startSides(prepared) {
  const query = await readFile(file('../schema/operations/profile-360.graphql'), 'utf8');
  const sdl = await readFile(file('../schema/schema.graphql'), 'utf8');
  const exp = Math.floor(Date.now() / 1_000) + 3_600;
  const token = jwt.sign({ sub: 'bench', tenant: TENANT, roles: ['MARKETER'], exp }, prepared.jwtSecret);
  const variables = { id: prepared.key.slice(TENANT.length + 1) };
  const request = requestTo(query, variables, token);
  const sides = {};
  const start = async (kind, more = {}) => {
    const side = new Process('serving-side.mjs');
    sides[kind] = { side, request };
    sides[kind].port = (await side.ask({ kind, ...prepared, ...more })).port;
  };
  await start('view');
  const profile = await profileFrom(sides.view.port, query, variables, token);
  for (const kind of ['raw', 'echo', 'memory', 'standalone']) {
    await start(kind, { profile, sdl });
    await profileFrom(sides[kind].port, query, variables, token);
  }
  return sides;
}

const RATIOS = [
  { name: 'memory by echo', of: 'memory', by: 'echo', goal: 'at most 2.6' },
  { name: 'standalone by memory', of: 'standalone', by: 'memory', goal: 'at least 2.5' },
  { name: '360 view by raw read and echo', of: 'view', by: 'raw', goal: 'at most 2' },
];

function summaryOf(rounds) {
  const sides = Object.keys(rounds[0]).map((kind) => ({
    kind,
    cpuMicroseconds: spread(rounds.map((round) => round[kind].cpuPerRequest)),
    bytes: Math.round(rounds[0][kind].bytes),
  }));
  const ratios = RATIOS.map(({ name, of, by, goal }) => ({
    name,
    goal,
    ratio: spread(rounds.map((round) => round[of].cpuPerRequest / round[by].cpuPerRequest)),
  }));
  return { connections: CONNECTIONS, requests: REQUESTS, sides, ratios };
}

/**
 * What a request for one profile costs the server's process, in CPU time, at 32 connections from another process: the
 * sides take turns in each round.
 */
export async function benchServing(connect, uri, { rounds }) {
  const load = new Process('load.mjs');
  const sides = await startSides(await prepare(connect, uri));
  const results = [];
  try {
    for (let round = 0; round < WARM_UP_ROUNDS + rounds; round += 1) {
      const result = {};
      const kinds = Object.keys(sides);
      if (round % 2) kinds.reverse();
      for (const kind of kinds) result[kind] = await measure(sides[kind], load);
      results.push(result);
    }
  } finally {
    for (const { side } of Object.values(sides)) side.stop();
    load.stop();
  }
  return { ...summaryOf(results.slice(WARM_UP_ROUNDS)), load: loadavg()[0] };
}
