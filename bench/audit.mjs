import { readFile } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import jwt from 'jsonwebtoken';
import { Process } from './process.mjs';
import { prepare, requestTo } from './serving.mjs';
import { spread } from './statistics.mjs';
import { table } from './table.mjs';
import { orders } from './workload.mjs';

const CONNECTIONS = 32;
const READS = 2_000;
const SINGLES = 150;
const SINGLES_AT_ONCE = 16;
const BATCHES = 1;
const BATCH = 1_000;
const WARM_UP_ROUNDS = 1;
const TENANT = 'bench';

const file = (path) => fileURLToPath(new URL(path, import.meta.url));
const INGEST = 'mutation ($events: [EventInput!]!) { ingest(events: $events) { accepted } }';

async function startSide(isOn, prepared) {
  const side = new Process('audit-side.mjs');
  const { port } = await side.ask({ isOn, ...prepared });
  return { side, port };
}

/** What `work` takes on a side: wall time, and the CPU of its process; what it leaves to be chained counts in the next. */
async function measured({ side }, count, work) {
  const before = (await side.ask('cpu')).cpu;
  const start = performance.now();
  await work();
  const milliseconds = performance.now() - start;
  return { milliseconds: milliseconds / count, cpu: ((await side.ask('cpu')).cpu - before) / 1_000 / count };
}

async function ingest(port, token, events) {
  const response = await fetch(`http://127.0.0.1:${port}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ query: INGEST, variables: { events } }),
  });
  const { data, errors } = await response.json();
  if (errors || data.ingest.accepted !== events.length) throw new Error(JSON.stringify(errors ?? data));
}

/** Sends each piece of events in a call of its own, some at once. */
async function ingestAll(port, token, pieces, atOnce) {
  const left = [...pieces];
  const send = async () => {
    for (let piece = left.shift(); piece; piece = left.shift()) await ingest(port, token, piece);
  };
  await Promise.all(Array.from({ length: atOnce }, send));
}

function workloadsOf({ clear, masked, token, load }) {
  const read =
    (request) =>
    ({ port }) =>
      load.ask({ host: '127.0.0.1', port, request, count: READS, connections: CONNECTIONS });
  const singles = () => orders(SINGLES, 1_000_000, 200).map((order) => [order]);
  const batches = () => Array.from({ length: BATCHES }, () => orders(BATCH, 1_000_000, 200));
  return [
    { name: '360 view in clear', count: READS, run: read(clear) },
    { name: '360 view, masked', count: READS, run: read(masked) },
    { name: 'one event a call', count: SINGLES, run: ({ port }) => ingestAll(port, token, singles(), SINGLES_AT_ONCE) },
    { name: '1,000 events a call', count: BATCHES, run: ({ port }) => ingestAll(port, token, batches(), 1) },
  ];
}

/**
 * What writing the audit log costs: the same work on two servers over one database, one of which writes no log, in turn
 * within each round; ratios within a round.
 */
export async function benchAudit(connect, uri, { rounds }) {
  const prepared = await prepare(connect, uri);
  const load = new Process('load.mjs');
  const sides = { off: await startSide(false, prepared), on: await startSide(true, prepared) };
  const tokenOf = (role) =>
    jwt.sign(
      { sub: 'bench', tenant: TENANT, roles: [role], exp: Math.floor(Date.now() / 1_000) + 7_200 },
      prepared.jwtSecret,
    );
  const query = await readFile(file('../schema/operations/profile-360.graphql'), 'utf8');
  const variables = { id: prepared.key.slice(TENANT.length + 1) };
  const requests = {
    clear: requestTo(query, variables, tokenOf('ADMIN')),
    masked: requestTo(query, variables, tokenOf('MARKETER')),
  };
  const workloads = workloadsOf({ ...requests, token: tokenOf('ADMIN'), load });
  const results = [];
  try {
    for (let round = 0; round < WARM_UP_ROUNDS + rounds; round += 1)
      results.push(await runRound(workloads, sides, round));
  } finally {
    for (const { side } of Object.values(sides)) side.stop();
    load.stop();
  }
  return { workloads: summaryOf(workloads, results.slice(WARM_UP_ROUNDS)), load: loadavg()[0] };
}

async function runRound(workloads, sides, round) {
  const result = {};
  for (const { name, count, run } of workloads) {
    const names = round % 2 ? ['on', 'off'] : ['off', 'on'];
    result[name] = {};
    for (const side of names) result[name][side] = await measured(sides[side], count, () => run(sides[side]));
  }
  return result;
}

function summaryOf(workloads, rounds) {
  return workloads.map(({ name }) => {
    const own = rounds.map((round) => round[name]);
    const of = (side, what) => spread(own.map((result) => result[side][what]));
    const ratio = (what) => spread(own.map(({ on, off }) => on[what] / off[what]));
    return {
      name,
      cpuMs: { off: of('off', 'cpu'), on: of('on', 'cpu') },
      milliseconds: { off: of('off', 'milliseconds'), on: of('on', 'milliseconds') },
      ratios: { cpu: ratio('cpu'), milliseconds: ratio('milliseconds') },
    };
  });
}

/** The table of the audit benchmark and what its rows mean. */
export function auditReport(description, { rounds }, { workloads, load }) {
  const range = ({ median, min, max }) => `${median.toFixed(2)} (${min.toFixed(2)} to ${max.toFixed(2)})`;
  const rows = workloads.map(({ name, cpuMs, milliseconds, ratios }) => [
    name,
    cpuMs.off.median.toFixed(3),
    cpuMs.on.median.toFixed(3),
    range(ratios.cpu),
    milliseconds.off.median.toFixed(3),
    milliseconds.on.median.toFixed(3),
    range(ratios.milliseconds),
  ]);
  const headings = ['', 'CPU off, ms', 'on', 'ratio', 'time off, ms', 'on', 'ratio'];
  return `
With and without the audit log, on ${description}
${table(headings, rows)}

CPU         of the server's process for one call, its worker that chains the log included; time: of the calls together,
            divided by their number (${CONNECTIONS} connections read, ${SINGLES_AT_ONCE} send single events, one sends batches).
rounds      ${rounds} after a warm-up, the two servers in turn; ratios within a round. The machine's load at the end: ${load.toFixed(1)}.
`;
}
