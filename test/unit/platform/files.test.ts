import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { csvLine } from '../../../src/platform/files/csv-line.rules.js';
import { RejectFile } from '../../../src/platform/files/reject-file.js';
import { TextFile } from '../../../src/platform/files/text-file.js';
import { writeWhole } from '../../../src/platform/files/whole-file.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-files-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

test('a row of CSV has quotes where it needs them', () => {
  expect(csvLine(['a', 'b,c', '"d"', 'e\nf', ''])).toBe('a,"b,c","""d""","e\nf",\n');
});

describe('a text file', () => {
  test('holds its pieces in their order, many of them unawaited', async () => {
    const file = await TextFile.open(join(folder, 'many'));
    const pieces = ['', ...Array.from({ length: 1_000 }, (_, n) => `${n}${'x'.repeat(1_000)}\n`)];
    await Promise.all(pieces.map((piece) => file.write(piece)));
    await file.close();
    expect(await readFile(file.path, 'utf8')).toBe(pieces.join(''));
  });

  (existsSync('/dev/full') ? test : test.skip)('says that the disk is full', async () => {
    const file = await TextFile.open('/dev/full');
    const writing = async () => {
      for (;;) await file.write('x'.repeat(100_000));
    };
    await expect(writing()).rejects.toThrow("/dev/full can't be written (ENOSPC).");
    await expect(file.close()).rejects.toThrow('ENOSPC');
  });

  test('says that it can not be made', async () => {
    await expect(TextFile.open(join(folder, 'none', 'a'))).rejects.toThrow("a can't be written (ENOENT).");
  });
});

describe('a file that is written whole or not at all', () => {
  test('takes the place of what was there', async () => {
    const path = join(folder, 'whole');
    await writeFile(path, 'before');
    await writeWhole(path, ['after', ' all'], { mode: 0o600 });
    expect(await readFile(path, 'utf8')).toBe('after all');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test.each([
    [
      'fails',
      (_stop: AbortController) => {
        throw new Error('stopped');
      },
    ],
    ['is interrupted', (stop: AbortController) => stop.abort(new Error('stopped'))],
  ])('leaves what was there, and nothing else, where writing %s', async (_case, happen) => {
    const path = join(folder, 'kept');
    await writeFile(path, 'before');
    const names = await readdir(folder);
    const stop = new AbortController();
    const pieces = function* () {
      yield 'x'.repeat(200_000);
      happen(stop);
    };
    await expect(writeWhole(path, pieces(), { signal: stop.signal })).rejects.toThrow('stopped');
    expect(await readFile(path, 'utf8')).toBe('before');
    expect(await readdir(folder)).toEqual(names);
  });

  test('says that it can not be put into its place', async () => {
    await expect(writeWhole(folder, ['a'])).rejects.toThrow(`${folder} can't be written (E`);
  });
});

test('a file of refused rows that can not be written says so', async () => {
  const rejects = new RejectFile(join(folder, 'none', 'a.csv'));
  await expect(rejects.write(2, { code: 'X', message: 'y' }, ['1'], ['h'])).rejects.toThrow(
    "a.csv.rejected.csv can't be",
  );
  await rejects.close();
  expect(rejects.path).toBeUndefined();
});
