import type { FileHandle } from 'node:fs/promises';
import type { Command } from 'commander';
import { builtInMapping, builtInNames, told } from '../matching/match-columns.rules.js';
import { readRecords } from '../matching/match-file.service.js';
import { type MatchMapping, parseMatchMapping } from '../matching/match-mapping.js';
import type { RecordCluster, RecordMatcher } from '../matching/record-matcher.js';
import { csvLine } from '../platform/files/csv-line.rules.js';
import { RejectFile } from '../platform/files/reject-file.js';
import { writeWhole } from '../platform/files/whole-file.js';
import { StartError } from '../platform/launch/start-error.js';
import { probabilityOf } from './command-arguments.js';
import { bytesOf, endRejects, openInput, textOf } from './input-file.js';
import { uninterrupted } from './interruption.js';
import { MatchBar } from './match-bar.js';
import { checkOutput } from './output-file.js';

const LINES_AT_ONCE = 1_000;

interface MatchArguments {
  readonly input: string;
  readonly output: string;
  readonly mapping?: string;
  readonly threshold: string;
  readonly model?: string;
}

/** `tributary match`: which records of a CSV file are one person's, without a database. */
export function matchCommand(program: Command): void {
  program
    .command('match')
    .description('find out which records of a CSV file are one person: writes record_id,cluster_id')
    .requiredOption('--input <file>', 'CSV with a header, in UTF-8')
    .requiredOption('--output <file>', 'the CSV file to write')
    .option('--mapping <mapping>', `${builtInNames().join(', ')}, or a JSON file that says what the columns are`)
    .option('--threshold <probability>', 'how sure it must be that two are one person, above 0 and below 1', '0.9')
    .option('--model <file>', 'the JSON file to write what was learned to: how much each level of each field weighs')
    .action(matchGiven);
}

async function matchGiven({ input, output, mapping, threshold, model }: MatchArguments): Promise<void> {
  const startedAt = performance.now();
  const probability = probabilityOf('--threshold', threshold);
  const columns = mapping === undefined ? undefined : await mappingNamed(mapping);
  const handle = await openInput(input);
  try {
    const taken = [input, `${input}.rejected.csv`, ...(mapping === undefined ? [] : [mapping])];
    await checkOutput('--output', output, taken);
    if (model !== undefined) await checkOutput('--model', model, [...taken, output]);
    const { records, clusters, rejected } = await matched({ handle, input, output, model, columns, probability });
    const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
    process.stdout.write(`${records} records, ${clusters} clusters, ${rejected} rejected, ${seconds} s\n`);
  } finally {
    await handle.close();
  }
}

async function mappingNamed(name: string): Promise<MatchMapping> {
  const known = builtInMapping(name);
  if (known) return known;
  const content = await textOf(name).catch((error: unknown) => {
    if (!(error instanceof StartError)) throw error;
    throw new StartError(`${error.message} Built-in mappings are ${builtInNames().join(', ')}.`);
  });
  return parseMatchMapping(content);
}

interface Order {
  readonly handle: FileHandle;
  readonly input: string;
  readonly output: string;
  readonly model: string | undefined;
  readonly columns: MatchMapping | undefined;
  readonly probability: number;
}

async function matched(order: Order): Promise<{ records: number; clusters: number; rejected: number }> {
  const bar = new MatchBar();
  try {
    const { matcher, rejected } = await read(order, bar);
    const clusters = matcher.resolve((progress) => bar.show(progress));
    await uninterrupted((signal) => write(order, matcher, linesOf(clusters, bar), signal));
    return { records: clusters.length, clusters: new Set(clusters.map(({ clusterId }) => clusterId)).size, rejected };
  } finally {
    bar.stop();
  }
}

async function read(
  { handle, input, columns, probability }: Order,
  bar: MatchBar,
): Promise<{ matcher: RecordMatcher; rejected: number }> {
  const { size } = await handle.stat();
  const rejects = new RejectFile(input);
  const source = bar.watch(bytesOf(handle), size);
  try {
    const options = { fileName: input, mapping: columns, threshold: probability, rejects };
    const { matcher, rejected, unread } = await uninterrupted((signal) => readRecords(source, { ...options, signal }));
    bar.stop();
    if (unread.length > 0) process.stderr.write(`Not compared, as the mapping does not name them: ${told(unread)}\n`);
    return { matcher, rejected };
  } finally {
    bar.stop();
    await endRejects(rejects);
  }
}

async function write(
  { output, model }: Order,
  matcher: RecordMatcher,
  lines: Iterable<string>,
  signal: AbortSignal,
): Promise<void> {
  // it names values that many records have: for its owner alone
  if (model !== undefined)
    await writeWhole(model, [`${JSON.stringify(matcher.model, null, 2)}\n`], { signal, mode: 0o600 });
  await writeWhole(output, lines, { signal });
}

function* linesOf(clusters: readonly RecordCluster[], bar: MatchBar): Generator<string> {
  yield csvLine(['record_id', 'cluster_id']);
  for (let from = 0; from < clusters.length; from += LINES_AT_ONCE) {
    bar.show({ step: 'writing', done: from, total: clusters.length });
    const some = clusters.slice(from, from + LINES_AT_ONCE);
    yield some.map(({ id, clusterId }) => csvLine([id, clusterId])).join('');
  }
  bar.show({ step: 'writing', done: clusters.length, total: clusters.length });
}
