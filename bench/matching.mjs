import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Process } from './process.mjs';
import { table } from './table.mjs';

const GENERATOR = fileURLToPath(new URL('../../shared/identity/generate.py', import.meta.url));
/** Seeds from 100 on are those that nothing was tuned on. */
const RUNS = [
  { people: 20_000, seed: 142 },
  { people: 20_000, seed: 243 },
  { people: 200_000, seed: 142 },
];

/** Matches files of generated customers, each in a process of its own; null where their generator isn't beside the project. */
export async function benchMatching() {
  if (!existsSync(GENERATOR)) return null;
  const runs = [];
  for (const { people, seed } of RUNS) runs.push({ people, seed, ...(await matched(people, seed)) });
  const perRecord = ({ cpuSeconds, records }) => cpuSeconds / records;
  const small = runs.filter(({ people }) => people === RUNS[0].people).map(perRecord);
  return { runs, growth: perRecord(runs.at(-1)) / (small.reduce((sum, value) => sum + value, 0) / small.length) };
}

async function matched(people, seed) {
  const folder = await mkdtemp(join(tmpdir(), 'tributary-matching-'));
  const side = new Process('matching-side.mjs');
  try {
    const { status, stderr } = spawnSync('python3', [GENERATOR, '--people', people, '--seed', seed, '--out', folder]);
    if (status !== 0) throw new Error(`generate.py: ${stderr}`);
    return await side.ask({ folder });
  } finally {
    side.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** The table of the matching benchmark and what its rows mean. */
export function matchingReport(results) {
  if (results === null) return 'Matching: skipped, ../shared/identity/generate.py is not here.\n';
  const rows = results.runs.map(({ people, seed, records, cpuSeconds, memory, precision, recall, f1 }) => [
    `${people.toLocaleString('en')}, seed ${seed}`,
    records.toLocaleString('en'),
    cpuSeconds.toFixed(1),
    ((cpuSeconds / records) * 1e6).toFixed(0),
    (memory / 1e6).toFixed(0),
    ...[precision, recall, f1].map((value) => value.toFixed(4)),
  ]);
  const headings = ['people', 'records', 'CPU, s', 'CPU a record, µs', 'memory, MB', 'precision', 'recall', 'F1'];
  return `
Matching generated customers, threshold 0.9
${table(headings, rows)}

CPU         of the whole: reading the CSV, learning, comparing, clustering. Memory is the process's greatest.
growth      CPU a record of the largest by that of the others: ${results.growth.toFixed(2)} (goal: at most 1.5).
precision   and recall over pairs of records that are together, as score.py of the data counts.
`;
}
