import { randomBytes } from 'node:crypto';
import { loadavg } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import jwt from 'jsonwebtoken';
import { createServices, prepareDatabase } from '../dist/src/services.js';
import { Process } from './process.mjs';
import { spread } from './statistics.mjs';
import { table } from './table.mjs';

const TENANT = 'bench';
const SUBSCRIBERS = 1_000;
const BROADCASTS = 20;
const EVENTS_PER_SECOND = 200;

async function prepare(connect, uri) {
  const secrets = { masterKey: randomBytes(32), jwtSecret: randomBytes(32).toString('hex') };
  const database = await connect();
  await prepareDatabase(database);
  const services = await createServices({ config: { ...secrets, clockOffsetMs: 0 }, database });
  await services.tenants.createTenant(TENANT);
  await database.close();
  const exp = Math.floor(Date.now() / 1_000) + 7_200;
  const token = jwt.sign({ sub: 'bench', tenant: TENANT, roles: ['ADMIN'], exp }, secrets.jwtSecret);
  return { uri, token, jwtSecret: secrets.jwtSecret, masterKey: secrets.masterKey.toString('hex') };
}

let made = 0;

function eventsOf(count, name) {
  const occurredAt = new Date().toISOString();
  return Array.from({ length: count }, () => {
    made += 1;
    const identifiers = [{ type: 'USER_ID', value: `live-${made % 100}` }];
    return { messageId: `live-${made}`, type: 'TRACK', name, channel: 'WEB', occurredAt, identifiers };
  });
}

async function ingest({ port, token }, events) {
  const query = 'mutation ($events: [EventInput!]!) { ingest(events: $events) { accepted } }';
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query, variables: { events } }),
  });
  const { data, errors } = await response.json();
  if (data?.ingest.accepted !== events.length) throw new Error(`Not all was accepted: ${JSON.stringify(errors)}`);
}

/** Writes at a steady rate; the time from a write's begin to the message about it, and the memory of the server. */
async function latencies(place, server, clients, seconds) {
  await clients.ask({ kind: 'graphql', ...place, count: 1 });
  await ingest(place, eventsOf(1, 'Warm Up'));
  await delay(1_000);
  await clients.ask({ kind: 'reset' });
  const written = [];
  const memory = [];
  const pending = [];
  const begun = performance.now();
  for (let tick = 0; tick < seconds * 10; tick += 1) {
    const events = eventsOf(EVENTS_PER_SECOND / 10, 'Product Viewed');
    for (const { messageId } of events) written.push([messageId, Date.now()]);
    const sent = performance.now();
    pending.push(ingest(place, events).then(() => performance.now() - sent));
    if (tick % 50 === 0) memory.push((await server.ask({ kind: 'usage' })).rss);
    await delay(Math.max(0, begun + (tick + 1) * 100 - performance.now()));
  }
  const acknowledged = (await Promise.all(pending)).sort((a, b) => a - b);
  await delay(2_000);
  memory.push((await server.ask({ kind: 'usage' })).rss);
  const { received } = await clients.ask({ kind: 'received' });
  const times = written.map(([id, at]) => (received[id] === undefined ? Number.POSITIVE_INFINITY : received[id] - at));
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.min(times.length - 1, Math.floor(times.length * share))];
  return {
    written: written.length,
    p50: at(0.5),
    p99: at(0.99),
    slowest: times.at(-1),
    acknowledged: acknowledged[Math.floor(acknowledged.length * 0.99)],
    memory,
  };
}

/** From the message to the first subscriber to that to the last, in milliseconds: ours, and ws telling all the same text. */
async function broadcasts(place, plain, clients) {
  await clients.ask({ kind: 'graphql', ...place, count: SUBSCRIBERS });
  await clients.ask({ kind: 'plain', ...plain, count: SUBSCRIBERS });
  await ingest(place, eventsOf(1, 'Warm Up'));
  await delay(1_500);
  const rounds = [];
  for (let round = 0; round < BROADCASTS; round += 1) {
    const ours = clients.ask({ kind: 'await graphql' });
    await ingest(place, eventsOf(1, 'Broadcast'));
    const graphql = await ours;
    const theirs = clients.ask({ kind: 'await plain' });
    const answer = await plain.server.ask({ kind: 'broadcast', text: graphql.text });
    const ws = await theirs;
    rounds.push({ graphql: graphql.last - graphql.first, plain: ws.last - ws.first, sent: answer.recipients });
  }
  return rounds.slice(BROADCASTS / 4);
}

/** How soon subscribers are told, how evenly a thousand of them, and what memory that takes. */
export async function benchSubscriptions(connect, uri, { seconds }) {
  const prepared = await prepare(connect, uri);
  const [server, plainServer] = [new Process('subscriptions-side.mjs'), new Process('subscriptions-side.mjs')];
  const [clients, crowd] = [new Process('subscriptions-clients.mjs'), new Process('subscriptions-clients.mjs')];
  try {
    const { port } = await server.ask({ kind: 'tributary', ...prepared });
    const place = { port, token: prepared.token };
    const latency = await latencies(place, server, clients, seconds);
    const plain = { port: (await plainServer.ask({ kind: 'plain' })).port, server: plainServer };
    const rounds = await broadcasts(place, { port: plain.port, server: plainServer }, crowd);
    const ratio = spread(rounds.map(({ graphql, plain: theirs }) => graphql / theirs));
    const own = spread(rounds.map(({ graphql }) => graphql));
    return {
      seconds,
      latency,
      subscribers: SUBSCRIBERS,
      ratio,
      own,
      theirs: spread(rounds.map((round) => round.plain)),
      load: loadavg()[0],
    };
  } finally {
    for (const one of [server, plainServer, clients, crowd]) one.stop();
  }
}

export function subscriptionsReport(description, { seconds, latency, subscribers, ratio, own, theirs, load }) {
  const whole = (value) => value.toFixed(0);
  const range = ({ median, min, max }, show) => `${show(median)} (${show(min)} to ${show(max)})`;
  const megabytes = latency.memory.map((bytes) => whole(bytes / 1_048_576)).join(', ');
  const rows = [
    ['write to subscriber, p50', `${whole(latency.p50)} ms`, ''],
    ['write to subscriber, p99', `${whole(latency.p99)} ms`, 'under 500 ms'],
    ['write to acknowledgement, p99', `${whole(latency.acknowledged)} ms`, ''],
    ['write to subscriber, slowest', `${whole(latency.slowest)} ms`, ''],
    [`${subscribers} subscribers, first to last`, `${range(own, whole)} ms`, ''],
    ['the same text by ws alone', `${range(theirs, whole)} ms`, ''],
    ['ours by ws alone', range(ratio, (value) => value.toFixed(2)), 'at most 2'],
  ];
  return `
Subscriptions, on ${description}
${table(['', 'measured', 'goal'], rows)}

${EVENTS_PER_SECOND} events a second for ${seconds} s, ${latency.written} in all; the server's memory meanwhile, MB: ${megabytes}.
The machine's load at the end: ${load.toFixed(1)}.
`;
}
