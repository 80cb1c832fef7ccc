import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse';
import { BUILT_IN_SCHEMAS } from '../dist/src/matching/built-in-schemas.js';
import { columnsOf } from '../dist/src/matching/match-schema.js';
import { RecordMatcher } from '../dist/src/matching/record-matcher.js';

/** Matches the file of generated customers in a folder, as a process of its own, and answers with what it took and how well it did. */
process.on('message', async ({ folder }) => {
  try {
    process.send(await measure(folder));
  } catch (error) {
    process.send({ error: error.stack });
  }
});

async function measure(folder) {
  const schema = BUILT_IN_SCHEMAS.customers;
  const columns = columnsOf(schema);
  const matcher = new RecordMatcher(schema, { threshold: 0.9 });
  const before = process.cpuUsage();
  for await (const row of rowsOf(join(folder, 'records.csv'))) {
    matcher.add(
      row[schema.idColumn],
      columns.map((column) => row[column]),
    );
  }
  const clusters = matcher.resolve();
  const { user, system } = process.cpuUsage(before);
  const memory = process.resourceUsage().maxRSS * 1024;
  const persons = new Map();
  for await (const row of rowsOf(join(folder, 'truth.csv'))) persons.set(row.record_id, row.person_id);
  return { records: matcher.size, cpuSeconds: (user + system) / 1e6, memory, ...scoreOf(clusters, persons) };
}

function rowsOf(path) {
  return createReadStream(path).pipe(parse({ columns: true, bom: true }));
}

/** Pairwise, as score.py of the data counts. */
function scoreOf(clusters, persons) {
  const pairsOf = (labels) => {
    const counts = new Map();
    for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
    let pairs = 0;
    for (const count of counts.values()) pairs += (count * (count - 1)) / 2;
    return pairs;
  };
  const both = pairsOf(clusters.map(({ id, clusterId }) => `${clusterId} ${persons.get(id)}`));
  const precision = both / pairsOf(clusters.map(({ clusterId }) => clusterId));
  const recall = both / pairsOf(persons.values());
  return { precision, recall, f1: (2 * precision * recall) / (precision + recall) };
}
