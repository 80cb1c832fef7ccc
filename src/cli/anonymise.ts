import type { FileHandle } from 'node:fs/promises';
import type { Command } from 'commander';
import { type AnonymousTable, anonymise, checkSafety } from '../anonymity/anonymise.rules.js';
import type { Safety } from '../anonymity/partition.js';
import { checkColumns } from '../anonymity/table-columns.rules.js';
import { type ReadTable, readTable } from '../anonymity/table-file.service.js';
import { csvLine } from '../platform/files/csv-line.rules.js';
import { withoutFormula } from '../platform/files/formula-injection.rules.js';
import { RejectFile } from '../platform/files/reject-file.js';
import { writeWhole } from '../platform/files/whole-file.js';
import { listOf, wholeNumberOf } from './command-arguments.js';
import { bytesOf, endRejects, openInput } from './input-file.js';
import { uninterrupted } from './interruption.js';
import { checkOutput } from './output-file.js';

interface AnonymiseArguments {
  readonly input: string;
  readonly output: string;
  readonly quasi: string;
  readonly sensitive: string;
  readonly k: string;
  readonly l: string;
}

/** `tributary anonymise`: a k-anonymous table from a CSV file, without a database. */
export function anonymiseCommand(program: Command): void {
  program
    .command('anonymise')
    .description('make a k-anonymous table from a CSV file: what could tell who someone is becomes less telling')
    .requiredOption('--input <file>', 'CSV with a header, in UTF-8')
    .requiredOption('--quasi <columns>', 'columns that could tell who someone is when put together, as a,b')
    .requiredOption('--sensitive <columns>', 'columns to be learnt of a group and of no one in it, as c')
    .requiredOption('--k <rows>', 'rows that share their quasi-identifiers, at least')
    .option('--l <values>', 'different values of each sensitive column among such rows, at least', '1')
    .requiredOption('--output <file>', 'the CSV file to write; columns that are not named are left out')
    .action(anonymiseGiven);
}

interface Order {
  readonly handle: FileHandle;
  readonly input: string;
  readonly output: string;
  readonly quasi: readonly string[];
  readonly sensitive: readonly string[];
  readonly safety: Safety;
}

async function anonymiseGiven(given: AnonymiseArguments): Promise<void> {
  const { input, output } = given;
  const [quasi, sensitive] = [listOf(given.quasi), listOf(given.sensitive)];
  const safety = { k: wholeNumberOf('--k', given.k), l: wholeNumberOf('--l', given.l) };
  checkSafety(safety, '--');
  checkColumns({ quasi, sensitive }, (list) => `--${list}`);
  const handle = await openInput(input);
  try {
    await checkOutput('--output', output, [input, `${input}.rejected.csv`]);
    const { rows, suppressed, k, l, informationLoss } = await made({ handle, input, output, quasi, sensitive, safety });
    process.stdout.write(`${JSON.stringify({ rows, suppressed, k, l, informationLoss })}\n`);
  } finally {
    await handle.close();
  }
}

async function made(order: Order): Promise<AnonymousTable> {
  const { unread, quasi, sensitive } = await read(order);
  if (unread.length > 0) process.stderr.write(`Left out, as nobody named them: ${unread.join(', ')}\n`);
  const table = anonymise(quasi, sensitive, order.safety);
  await uninterrupted((signal) => writeWhole(order.output, linesOf(order, table), { signal }));
  return table;
}

async function read({ handle, input, quasi, sensitive }: Order): Promise<ReadTable> {
  const rejects = new RejectFile(input);
  try {
    const options = { fileName: input, quasi, sensitive, rejects };
    return await uninterrupted((signal) => readTable(bytesOf(handle), { ...options, signal }));
  } finally {
    await endRejects(rejects);
  }
}

function* linesOf({ quasi, sensitive }: Order, table: AnonymousTable): Generator<string> {
  yield csvLine([...quasi, ...sensitive].map(withoutFormula));
  for (const row of table.released()) yield csvLine([...row.quasi, ...row.sensitive]);
}
