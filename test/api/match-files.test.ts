import { existsSync } from 'node:fs';
import { link, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CommandRun, runCommand } from '../support/command-run.js';
import { pairwiseF1 } from '../support/pairwise-score.js';

const IDENTITY = fileURLToPath(new URL('../../../shared/identity/', import.meta.url));
const HEADER =
  'record_id,given_name,surname,street_number,address_1,address_2,suburb,postcode,state,date_of_birth,soc_sec_id';
const NAMES = ['ann', 'bob', 'eve', 'joe', 'kim', 'lee', 'max'];
const PAGE = fileURLToPath(new URL('../../docs/match-files.md', import.meta.url));

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-match-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);

async function fileOf(name: string, content: string | Buffer): Promise<string> {
  await writeFile(at(name), content);
  return at(name);
}

/** With a database that is not there, and a data folder that must not come to be. */
function matching(input: string, output: string, ...others: string[]): Promise<CommandRun> {
  const env = { DATA_DIR: at('no-data'), MONGODB_URI: 'mongodb://127.0.0.1:9/' };
  return runCommand(['match', '--input', input, '--output', output, ...others], env);
}

async function clustersOf(output: string): Promise<Map<string, string>> {
  const [header, ...lines] = (await readFile(output, 'utf8')).trimEnd().split('\n');
  expect(header).toBe('record_id,cluster_id');
  return new Map(lines.map((line) => line.split(',') as [string, string]));
}

describe('tributary match', () => {
  test('writes the cluster of each record in the order of the file; refused rows go to a file with reasons', async () => {
    const row = 'ann,waller,6,tullaroop street,willaroo,st james,4011,wa,19081209,6988048';
    const rows = [
      HEADER,
      `b-1,${row}`,
      'c-2,x',
      `"a,3",${row}`,
      `b-1,${row}`,
      'd-4,lachlan,berry,69,giblin street,killarney,bittern,4814,qld,19990219,7364009',
    ];
    const input = await fileOf('people.csv', `\ufeff${rows.join('\r\n')}\r\n`);
    const run = await matching(input, at('people.out.csv'));
    expect(run).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^3 records, \d clusters, 2 rejected, [\d.]+ s\n$/),
    });
    for (const step of ['reading: 0%', 'writing: 0%', `Refused rows are in ${input}.rejected.csv`])
      expect(run.errors).toContain(step);
    const [header, ...lines] = (await readFile(at('people.out.csv'), 'utf8')).split('\n');
    expect(header).toBe('record_id,cluster_id');
    expect(lines.map((line) => line.replace(/,[^,"]*$|,"[^"]*"$/, ''))).toEqual(['b-1', '"a,3"', 'd-4', '']);
    expect(await readFile(`${input}.rejected.csv`, 'utf8')).toBe(
      `line,code,path,message,${HEADER}\n3,RAGGED_ROW,,"has 2 cells, where the header has 11",c-2,x\n5,DUPLICATE_ID,record_id,has the id of line 2,b-1,${row}\n`,
    );
    expect(existsSync(at('no-data'))).toBe(false);
  });

  test('takes the mapping that its page shows', async () => {
    const page = await readFile(PAGE, 'utf8');
    const [, mapping = ''] = /```json\n(.*?)```/s.exec(page) ?? [];
    const [, people = ''] = /```csv\n(.*?)```/s.exec(page) ?? [];
    const [, clusters = ''] = /```csv\n(record_id,cluster_id\n.*?)```/s.exec(page) ?? [];
    const output = at('page.out.csv');
    const given = await fileOf('page.json', mapping);
    const options = ['--mapping', given, '--model', at('page.model.json')];
    const run = await matching(await fileOf('page.csv', people), output, ...options);
    expect([run.code, run.errors]).toEqual([0, expect.not.stringContaining('Not compared')]);
    expect(await readFile(output, 'utf8')).toBe(clusters);
    const { records, fields } = JSON.parse(await readFile(at('page.model.json'), 'utf8'));
    expect([records, fields.map(({ field }: { field: string }) => field)]).toEqual([
      5,
      ['who', 'born', 'phone', 'home', 'card'],
    ]);
    expect(fields[0].levels[0]).toMatchObject({ match: expect.any(Number), random: expect.any(Number) });
  });

  test.each([
    ['none', '', 0],
    ['one', 'a,ann,waller,,,,,,,,\n', 1],
    ['two', 'a;ann;waller;;;;;;;;\nb;bob;berry;;;;;;;;\n', 2],
  ])('takes %s records', async (name, rows, count) => {
    const header = rows.includes(';') ? HEADER.replaceAll(',', ';') : HEADER;
    const run = await matching(
      await fileOf(`${name}.csv`, `${header}\n${rows}`),
      at(`${name}.out.csv`),
      '--mapping',
      'febrl',
    );
    expect([run.code, run.output]).toEqual([
      0,
      expect.stringMatching(`^${count} records, ${count} clusters, 0 rejected`),
    ]);
    expect([...(await clustersOf(at(`${name}.out.csv`))).entries()]).toEqual(
      [
        ['a', 'a'],
        ['b', 'b'],
      ].slice(0, count),
    );
  });

  test('goes on behind fields of 10 MB and rows that are no UTF-8', async () => {
    const bad = Buffer.from([0xd5, 0xc5]);
    const long = `"${'x,\n'.repeat(3.5e6)}"`;
    const parts = [
      `${HEADER}\na,ann,`,
      bad,
      `,,,,,,,,\nb,${long},,,,,,,,,\nc,bob,berry,,,,,,,,\nd,${'y'.repeat(1e7)},,,,,,,,,\n`,
    ];
    const input = await fileOf('long.csv', Buffer.concat(parts.map((part) => Buffer.from(part as string))));
    const run = await matching(input, at('long.out.csv'));
    expect([run.code, run.output]).toEqual([0, expect.stringMatching(/^1 records, 1 clusters, 3 rejected/)]);
    const rejected = (await readFile(`${input}.rejected.csv`, 'utf8')).split('\n').slice(1);
    expect(rejected.map((line) => line.split(',').slice(0, 3))).toEqual([
      ['2', 'INVALID_ENCODING', 'surname'],
      ['3', 'TOO_LARGE', ''],
      ['3500005', 'TOO_LARGE', ''],
      [''],
    ]);
  });

  test('names the columns that are not compared', async () => {
    const input = await fileOf('more.csv', `${HEADER},shoe size\na,ann,waller,,,,,,,,,\n`);
    expect((await matching(input, at('more.out.csv'))).errors).toContain('does not name them: shoe size\n');
  });
});

describe('what can not be done ends with one clear line and leaves the output as it was', () => {
  const good = `${HEADER}\na,ann,waller,,,,,,,,\n`;
  test.each([
    ['no such file', undefined, [], 'input.csv does not exist.'],
    ['an empty file', '', [], 'is empty'],
    ['GBK', Buffer.from([0xd5, 0xc5, 0x0a]), [], 'iconv -f GBK -t UTF-8'],
    ['UTF-16', Buffer.from(`\ufeff${good}`, 'utf16le'), [], 'iconv -f UTF-16 -t UTF-8'],
    ['unknown columns', 'id,tel\n1,2\n', [], 'line 1: no built-in mapping fits its columns id, tel. Say what they are'],
    [
      'missing columns',
      good.replace(',state', ',st'),
      ['--mapping', 'febrl'],
      'line 1: the mapping reads state, which',
    ],
    ['an open quote', `${good}b,"bob,berry,,,,,,,,\n`, [], 'the quote in line 3 is never closed'],
    [
      'no such mapping',
      good,
      ['--mapping', 'febrl9'],
      'febrl9 does not exist. Built-in mappings are febrl, customers.',
    ],
    ['a threshold of 1', good, ['--threshold', '1'], '--threshold must be a probability above 0 and below 1, as 0.9.'],
    ['a threshold that is none', good, ['--threshold', 'high'], '--threshold must be a probability'],
    ['a folder that is not there', good, ['--output', '/none/o.csv'], 'The folder /none of --output does not exist.'],
    ['a folder as output', good, ['--output', tmpdir()], `--output ${tmpdir()} is no file.`],
  ])('%s', async (_case, content, others, message) => {
    const own = await mkdtemp(at('case-'));
    if (content !== undefined) await writeFile(join(own, 'input.csv'), content);
    await writeFile(join(own, 'output.csv'), 'as it was');
    const run = await matching(join(own, 'input.csv'), join(own, 'output.csv'), ...others);
    expect([run.code, run.output]).toEqual([1, '']);
    expect(run.errors.trim().split('\n').at(-1)).toContain(message);
    expect(run.errors).not.toContain('    at ');
    expect(await readFile(join(own, 'output.csv'), 'utf8')).toBe('as it was');
    expect(await readdir(own)).toEqual(content === undefined ? ['output.csv'] : ['input.csv', 'output.csv']);
  });

  test('an output in the place of what is read', async () => {
    const input = await fileOf('same.csv', good);
    await link(input, at('linked.csv'));
    await mkdir(at('sub'));
    for (const output of [input, at('sub/../same.csv'), at('linked.csv'), `${input}.rejected.csv`]) {
      const run = await matching(input, output);
      expect([run.code, run.errors]).toEqual([1, expect.stringContaining('would overwrite')]);
    }
    expect(await readFile(input, 'utf8')).toBe(good);
  });

  test.each([
    ['reading', 1, 'Interrupted: nothing was written.'],
    ['learning', null, 'learning: 0%'],
  ])('an interruption while %s', async (step, code, said) => {
    const own = await mkdtemp(at('case-'));
    const rows = Array.from(
      { length: 40_000 },
      (_, n) => `r${n},${NAMES[n % 7]},w${n % 997},${n % 89},s${n % 83} st,,,4011,wa,,\n`,
    );
    await writeFile(join(own, 'input.csv'), `${HEADER}\n${rows.join('')}`);
    await writeFile(join(own, 'output.csv'), 'as it was');
    const args = ['match', '--input', join(own, 'input.csv'), '--output', join(own, 'output.csv')];
    const run = await runCommand(args, {}, (text, child) => {
      if (text.includes(step)) child.kill('SIGINT');
    });
    expect(run).toMatchObject({ code, output: '', errors: expect.stringContaining(said) });
    expect(await readFile(join(own, 'output.csv'), 'utf8')).toBe('as it was');
    expect(await readdir(own)).toEqual(['input.csv', 'output.csv']);
  });
});

const data = existsSync(join(IDENTITY, 'febrl1.csv'));
if (!data) process.stderr.write('match on Febrl 1 is skipped: its data (../shared/identity) is not here\n');
(data ? test : test.skip)('Febrl 1 is matched with a pairwise F1 of at least 0.99', async () => {
  const input = join(IDENTITY, 'febrl1.csv');
  const run = await matching(await fileOf('febrl1.csv', await readFile(input)), at('febrl1.out.csv'));
  expect([run.code, run.output]).toEqual([0, expect.stringMatching(/^1000 records, \d+ clusters, 0 rejected/)]);
  const clusterOf = await clustersOf(at('febrl1.out.csv'));
  const truth = (await readFile(join(IDENTITY, 'febrl1_truth.csv'), 'utf8')).trimEnd().split('\n').slice(1);
  const personOf = new Map(truth.map((line) => line.split(',') as [string, string]));
  expect([...clusterOf.keys()]).toEqual([...personOf.keys()]);
  expect(pairwiseF1(clusterOf, personOf)).toBeGreaterThanOrEqual(0.99);
});
