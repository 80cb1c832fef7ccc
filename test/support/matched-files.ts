import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { columnsOf, type MatchSchema } from '../../src/matching/match-schema.js';
import { RecordMatcher } from '../../src/matching/record-matcher.js';

const IDENTITY = fileURLToPath(new URL('../../../shared/identity/', import.meta.url));

/** Whether the data that matching is measured on is beside the project. */
export const hasIdentityData = existsSync(IDENTITY);

/** Rows of a CSV file without line breaks in its cells, by column; cells in quotes hold no quotes. */
function rowsOf(path: string): Record<string, string>[] {
  const [head = '', ...lines] = readFileSync(path, 'utf8').trim().split('\n');
  const columns = head.split(',');
  return lines.map((line) => {
    const cells = [...line.matchAll(/(?:^|,)(?:"([^"]*)"|([^,]*))/g)].map(([, quoted, plain]) => quoted ?? plain ?? '');
    return Object.fromEntries(columns.map((column, at) => [column, cells[at] ?? '']));
  });
}

export interface PairwiseScore {
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** Precision, recall and F1 over pairs of records that are together, as `score.py` counts them. */
function scoreOf(clusters: ReadonlyMap<string, string>, persons: ReadonlyMap<string, string>): PairwiseScore {
  const pairsOf = (labels: Iterable<string>) => {
    const counts = new Map<string, number>();
    for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
    return [...counts.values()].reduce((sum, count) => sum + (count * (count - 1)) / 2, 0);
  };
  const both = pairsOf([...persons].map(([id, person]) => `${clusters.get(id)} ${person}`));
  const [precision, recall] = [both / pairsOf(clusters.values()), both / pairsOf(persons.values())];
  return { precision, recall, f1: (2 * precision * recall) / (precision + recall) };
}

/** Resolves a file and scores the clusters against the truth, which the matcher doesn't see. */
export function scoreFile(schema: MatchSchema, records: string, truth: string, threshold = 0.9): PairwiseScore {
  const matcher = new RecordMatcher(schema, { threshold });
  for (const row of rowsOf(records))
    matcher.add(
      row[schema.idColumn] ?? '',
      columnsOf(schema).map((column) => row[column] ?? ''),
    );
  const clusters = new Map(matcher.resolve().map(({ id, clusterId }) => [id, clusterId]));
  return scoreOf(clusters, new Map(rowsOf(truth).map((row) => [row.record_id ?? '', row.person_id ?? ''])));
}

export function identityFile(name: string): string {
  return join(IDENTITY, name);
}

/** Runs `work` on a folder with generated customers: records.csv and truth.csv. */
export function withGenerated<T>(people: number, seed: number, work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'tributary-matching-'));
  try {
    const order = ['generate.py', '--people', String(people), '--seed', String(seed), '--out', folder];
    const { status, stderr } = spawnSync('python3', [identityFile(order[0] ?? ''), ...order.slice(1)], {
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`generate.py: ${stderr}`);
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
