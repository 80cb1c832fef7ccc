import { describe, expect, test } from '@jest/globals';
import { readRecords } from '../../../src/matching/match-file.service.js';
import { parseMatchMapping } from '../../../src/matching/match-mapping.js';

const mapping = parseMatchMapping('{"idColumn":"id","fields":[{"name":"note","kind":"text"}],"ignore":["more"]}');

async function read(content: readonly (string | Buffer)[], signal?: AbortSignal) {
  const refused: [number, string, string][] = [];
  const rejects = {
    write: async (line: number, { code, message }: { code: string; message: string }) => {
      refused.push([line, code, message]);
    },
  };
  async function* chunks(): AsyncGenerator<Buffer> {
    for (const part of content) yield Buffer.from(part as string);
  }
  const options = { fileName: 'f.csv', mapping, threshold: 0.9, rejects, signal };
  const { matcher, rejected } = await readRecords(chunks(), options);
  expect(rejected).toBe(refused.length);
  return { size: matcher.size, refused };
}

describe('the records of a file', () => {
  test('are added once each; rows that can not be used are refused by line', async () => {
    const gbk = Buffer.from([0xd5, 0xc5]);
    const rows = [
      'id,note\r\na,1\r\nb\r\n ,3\r\nc,"4\r\n"\r\na,7\r\nd,',
      gbk,
      '\r\ne,',
      'x'.repeat(2 ** 20),
      '\r\na ,10\r\nf,',
      '张'.repeat(1_025),
      '\r\ng,',
      '张'.repeat(1_024),
    ];
    const { size, refused } = await read(rows);
    expect(size).toBe(4);
    expect(refused).toEqual([
      [3, 'RAGGED_ROW', 'has 1 cells, where the header has 2'],
      [4, 'MISSING_ID', 'has no id'],
      [7, 'DUPLICATE_ID', 'has the id of line 2'],
      [8, 'INVALID_ENCODING', expect.stringContaining('iconv -f GBK')],
      [9, 'TOO_LARGE', expect.stringContaining('more than 1048576 bytes')],
      [11, 'TEXT_TOO_LONG', 'is longer than 1024 characters'],
    ]);
  });

  test('may be none', async () => {
    expect(await read(['id,note'])).toEqual({ size: 0, refused: [] });
  });

  test.each([
    ['nothing', [''], 'file: is empty'],
    ['UTF-16', [Buffer.from('\ufeffid,note\n', 'utf16le')], 'iconv -f UTF-16'],
    ['GBK', [Buffer.from([0xd5, 0xc5, 0x2c, 0x61, 0x0a])], 'iconv -f GBK'],
    ['JSON lines', ['{"id":1,"note":"a"}'], 'is JSON; give CSV'],
    ['no header', ['r1,13912345678\n'], 'has no header'],
    ['an open quote', ['id,note\n1,a\n2,"b\n3,c\n'], 'the quote in line 3 is never closed'],
    ['a header over 1 MB', ['id,note,', 'x'.repeat(2 ** 20), '\n1,a,b\n'], 'has a header of more than 1048576 bytes'],
  ])('of a file with %s can not be read', async (_case, content, message) => {
    await expect(read(content)).rejects.toThrow(message);
  });

  test('are read no further when interrupted', async () => {
    const interruption = new AbortController();
    interruption.abort(new Error('interrupted'));
    await expect(read(['id,note\n1,a\n'], interruption.signal)).rejects.toThrow('interrupted');
    await expect(read(['id,note\n'], interruption.signal)).rejects.toThrow('interrupted');
  });
});
