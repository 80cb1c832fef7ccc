import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CommandRun, runCommand } from '../support/command-run.js';
import { naiveSafety } from '../support/naive-anonymity.js';

const TABLE = fileURLToPath(new URL('../../../shared/analytics/privacy/kanon_table_1.csv', import.meta.url));
const testWithData = existsSync(TABLE) ? test : test.skip;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-anonymise-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const at = (name: string) => join(folder, name);

async function fileOf(name: string, content: string | Buffer): Promise<string> {
  await writeFile(at(name), content);
  return at(name);
}

/** With a database that is not there, and a data folder that must not come to be. */
function anonymising(input: string, output: string, ...others: string[]): Promise<CommandRun> {
  const env = { DATA_DIR: at('no-data'), MONGODB_URI: 'mongodb://127.0.0.1:9/' };
  return runCommand(['anonymise', '--input', input, '--output', output, ...others], env);
}

const rowsOf = async (file: string) =>
  (await readFile(file, 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => line.split(','));

describe('tributary anonymise', () => {
  testWithData('makes a table of ../shared k-anonymous and says so (skipped where that is absent)', async () => {
    const quasi = ['--quasi', 'age_band,city_tier,gender', '--sensitive', 'segment'];
    const run = await anonymising(TABLE, at('safe.csv'), ...quasi, '--k', '10', '--l', '3');
    expect([run.code, run.errors]).toEqual([
      0,
      expect.stringContaining('Left out, as nobody named them: spend_band\n'),
    ]);
    const told = JSON.parse(run.output);
    expect(Object.keys(told)).toEqual(['rows', 'suppressed', 'k', 'l', 'informationLoss']);
    const [header = [], ...rows] = await rowsOf(at('safe.csv'));
    expect(header).toEqual(['age_band', 'city_tier', 'gender', 'segment']);
    expect(rows).toHaveLength(told.rows);
    expect(told.rows + told.suppressed).toBe(200);
    expect(naiveSafety(rows, 3)).toEqual({ k: told.k, l: told.l });
    expect([told.k >= 10, told.l >= 3, told.informationLoss < 0.1]).toEqual([true, true, true]);
    expect(existsSync(at('no-data'))).toBe(false);
  });

  test('rows that can not be used are refused with their lines; no cell is a formula', async () => {
    const lines = [
      '年龄,城市,病',
      '31,杭州,=cmd()',
      '32,杭州',
      '33,宁波,=cmd()',
      `34,${'x'.repeat(1_025)},a`,
      '35,温州,b',
    ];
    const input = await fileOf('mixed.csv', `\ufeff${lines.join('\r\n')}\r\n`);
    const run = await anonymising(input, at('mixed.out.csv'), '--quasi', '年龄,城市', '--sensitive', '病', '--k', '3');
    expect([run.code, run.output]).toEqual([0, '{"rows":3,"suppressed":0,"k":3,"l":2,"informationLoss":1}\n']);
    expect(await readFile(at('mixed.out.csv'), 'utf8')).toBe(
      "年龄,城市,病\n31..35,浙江,'=cmd()\n31..35,浙江,'=cmd()\n31..35,浙江,b\n",
    );
    const refused = await readFile(`${input}.rejected.csv`, 'utf8');
    expect(refused).toContain('3,RAGGED_ROW,,"has 2 cells, where the header has 3",32,杭州\n');
    expect(refused).toContain('5,TEXT_TOO_LONG,城市,is longer than 1024 characters,34,');
  });

  test.each([
    [
      'a column that is not there',
      ['--quasi', 'age,town', '--sensitive', 'ill'],
      '--quasi: names town, which is no column; there are age, ill',
    ],
    ['a column named twice', ['--quasi', 'age', '--sensitive', 'age'], '--sensitive: names age, which is named before'],
    ['no column', ['--quasi', ',', '--sensitive', 'ill'], '--quasi: names nothing'],
    [
      'a k that hides nobody',
      ['--quasi', 'age', '--sensitive', 'ill', '--k', '1'],
      '--k: must be a whole number from 2 to 100000',
    ],
    ['a k that is no number', ['--quasi', 'age', '--sensitive', 'ill', '--k', '2.5'], '--k must be a whole number.'],
    ['an l above k', ['--quasi', 'age', '--sensitive', 'ill', '--l', '3'], '--l: must be a whole number from 1 to k'],
    [
      'too few rows',
      ['--quasi', 'age', '--sensitive', 'ill', '--k', '4'],
      "k: can't be reached: there are 3 rows, fewer than 4",
    ],
    [
      'too few values',
      ['--quasi', 'age', '--sensitive', 'ill', '--k', '3', '--l', '3'],
      "l: can't be reached: ill has 2 different values, fewer than 3",
    ],
  ])('%s is refused in one line, and nothing is written', async (_, options, line) => {
    const input = await fileOf('small.csv', 'age,ill\n1,a\n2,b\n3,b\n');
    const k = options.includes('--k') ? [] : ['--k', '2'];
    const run = await anonymising(input, at('small.out.csv'), ...options, ...k);
    expect([run.code, run.output, run.errors]).toEqual([1, '', `${line}\n`]);
    expect(existsSync(at('small.out.csv'))).toBe(false);
  });

  test('what is no table is refused, and so is an output in the place of the input', async () => {
    const options = ['--quasi', 'age', '--sensitive', 'ill', '--k', '2'];
    const faultOf = async (input: string, output = at('never.csv')) => {
      const { code, errors } = await anonymising(input, output, ...options);
      return [code, errors.trim()];
    };
    const open = await fileOf('open.csv', 'age,ill\n1,a\n2,"b\n3,c\n');
    expect(await faultOf(open)).toEqual([1, 'file: ends inside a quoted cell: the quote in line 3 is never closed']);
    expect(await faultOf(await fileOf('empty.csv', ''))).toEqual([1, 'file: is empty']);
    const own = await fileOf('own.csv', 'age,ill\n1,a\n');
    expect(await faultOf(own, own)).toEqual([1, expect.stringContaining('would overwrite')]);
    expect(await faultOf(at('absent.csv'))).toEqual([1, `${at('absent.csv')} does not exist.`]);
    expect(existsSync(at('never.csv'))).toBe(false);
  });
});
