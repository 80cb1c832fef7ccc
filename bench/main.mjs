import { mkdir, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { accessReport, benchAccess } from './access.mjs';
import { auditReport, benchAudit } from './audit.mjs';
import { withBenchDatabase } from './database.mjs';
import { benchIngestion } from './ingestion.mjs';
import { benchLiveMatching, liveMatchingReport } from './live-matching.mjs';
import { benchMatching, matchingReport } from './matching.mjs';
import { benchSealing, sealingReport } from './sealing.mjs';
import { benchServing } from './serving.mjs';
import { servingReport } from './serving-report.mjs';
import { benchSubscriptions, subscriptionsReport } from './subscriptions.mjs';
import { table } from './table.mjs';

const BENCHES = { ingestion, serving, subscriptions, matching, 'live-matching': liveMatching, sealing, audit, access };
const WITHOUT_DATABASE = new Set(['matching', 'access']);

/** `npm run bench [-- --only ingestion|serving|subscriptions|matching|live-matching|sealing|audit|access --rounds 5 --history 0 --seconds 20 --accounts 1000000]`: prints tables and writes bench/results/*.json. */
export async function main(args) {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      rounds: { type: 'string', default: '5' },
      history: { type: 'string', default: '0' },
      seconds: { type: 'string', default: '20' },
      accounts: { type: 'string', default: '1000000' },
    },
  });
  const options = {
    rounds: wholeNumber(values.rounds, '--rounds', 1),
    history: wholeNumber(values.history, '--history', 0),
    seconds: wholeNumber(values.seconds, '--seconds', 1),
    accounts: wholeNumber(values.accounts, '--accounts', 10_000),
  };
  for (const name of chosen(values.only)) {
    if (WITHOUT_DATABASE.has(name)) await run(name, { description: 'none' }, options);
    else await withBenchDatabase((database) => run(name, database, options));
  }
}

async function run(name, database, options) {
  const started = new Date();
  const { report, ...results } = await BENCHES[name](database, options);
  const machine = { node: process.version, processors: cpus().length };
  console.log(report);
  const path = fileURLToPath(new URL(`results/${name}.json`, import.meta.url));
  await mkdir(dirname(path), { recursive: true });
  const told = { started, database: database.description, machine, ...options, ...results };
  await writeFile(path, `${JSON.stringify(told, null, 2)}\n`);
  console.log(`Written to bench/results/${name}.json`);
}

async function ingestion({ description, connect }, options) {
  const { workloads, floor } = await benchIngestion(connect, options);
  return { workloads, floor, report: reportOf(description, options, workloads, floor) };
}

async function serving({ description, connect, uri }, options) {
  const results = await benchServing(connect, uri, options);
  return { ...results, report: servingReport(description, options, results) };
}

async function subscriptions({ description, connect, uri }, options) {
  const results = await benchSubscriptions(connect, uri, options);
  return { ...results, report: subscriptionsReport(description, results) };
}

async function audit({ description, connect, uri }, options) {
  const results = await benchAudit(connect, uri, options);
  return { ...results, report: auditReport(description, options, results) };
}

async function access(_database, options) {
  const results = await benchAccess(options);
  return { ...results, report: accessReport(results) };
}

async function matching() {
  const results = await benchMatching();
  return { ...results, report: matchingReport(results) };
}

async function liveMatching({ description, connect }, options) {
  const results = await benchLiveMatching(connect, options);
  return { ...results, report: liveMatchingReport(description, results) };
}

async function sealing({ description, connect, uri }, options) {
  const results = await benchSealing(connect, uri, options);
  return { ...results, report: sealingReport(description, results, options) };
}

function chosen(only) {
  if (only === undefined) return Object.keys(BENCHES);
  if (Object.hasOwn(BENCHES, only)) return [only];
  throw forPeople(`--only must be one of ${Object.keys(BENCHES).join(', ')}.`);
}

function wholeNumber(text, option, least) {
  const number = Number(text);
  if (Number.isSafeInteger(number) && number >= least) return number;
  throw forPeople(`${option} must be a whole number from ${least}.`);
}

function forPeople(message) {
  return Object.assign(new Error(message), { isForPeople: true });
}

function reportOf(description, { rounds, history }, workloads, floor) {
  const whole = (value) => Math.round(value).toLocaleString('en');
  const percent = (value) => `${(value * 100).toFixed(1)}%`;
  const rows = workloads.map(({ name, rawPerSecond, ingestPerSecond, ratio, commands, nodeCpuMs }) => [
    name,
    whole(rawPerSecond.median),
    whole(ingestPerSecond.median),
    `${percent(ratio.median)} (${percent(ratio.min)} to ${percent(ratio.max)})`,
    String(commands),
    whole(nodeCpuMs.median),
  ]);
  const stored = Object.entries(floor.millisecondsByCollection).map(([name, ms]) => `${name} ${whole(ms)} ms`);
  const headings = [
    'batches of 1,000',
    'insertMany, events/s',
    'ingestion, events/s',
    'ratio',
    'commands',
    'Node CPU, ms',
  ];
  return `
Ingestion against insertMany, on ${description}
${table(headings, rows)}

insertMany  the driver writes the same 1,000 events as plain documents, unordered, into a collection with the index of
            the events' collection; write concern majority and journal, as on the other side.
ingestion   IngestionService takes the batch: it validates, normalises, claims identifiers, writes the accounts, folds
            the profiles, appends the changes and seals and inserts the events.
ratio       ingestion by insertMany, batch by batch: the two take turns in ${rounds} rounds after a warm-up; the median, and
            the least and the greatest.
commands    what the database receives for one batch of ingestion, counted in a round apart; Node CPU is this process's.
at best     ${percent(floor.ratio.median)} (${percent(floor.ratio.min)} to ${percent(floor.ratio.max)}) for new people, were all but the database free: what one such batch stores,
            inserted again by insertMany: ${stored.join(', ')}.
people      all new: each event is the first of a person, with traits. Known: met before in such a batch, and with
            ${history} more orders each.
`;
}
