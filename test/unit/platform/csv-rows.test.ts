import { describe, expect, test } from '@jest/globals';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { csvRows } from '../../../src/platform/files/csv-rows.js';

async function rowsOf(parts: readonly (string | Buffer)[], delimiter = ',') {
  async function* chunks(): AsyncGenerator<Buffer> {
    for (const part of parts) yield Buffer.from(part as string);
  }
  const rows = [];
  for await (const row of csvRows(chunks(), delimiter)) rows.push(row);
  return rows;
}

const cellsOf = async (...parts: string[]) => (await rowsOf(parts)).map(({ content }) => content?.cells);

describe('the rows of a CSV file', () => {
  test.each([
    [
      'cells',
      'a,b\nc,\n',
      [
        ['a', 'b'],
        ['c', ''],
      ],
    ],
    ['no newline at the end', 'a,b', [['a', 'b']]],
    ['a last cell of nothing', 'a,', [['a', '']]],
    ['blank lines', '\n\r\na\n\n\rb\n', [['a'], ['b']]],
    ['an empty quoted cell', '""\n', [['']]],
    ['quotes', '"a,\n""b""","",c\n', [['a,\n"b"', '', 'c']]],
    ['a quote inside text', '5" disk,b"c"\n', [['5" disk', 'b"c"']]],
    ['text behind a closing quote', '"5" disk,"a""b" c\nd\n', [['"5" disk', '"a"b" c'], ['d']]],
  ] as const)('%s', async (_case, content, expected) => {
    expect(await cellsOf(content)).toEqual(expected);
    expect(await cellsOf(...content)).toEqual(expected); // byte by byte
  });

  test('begin where they say, also behind quoted line ends', async () => {
    const rows = await rowsOf(['h\r\n"1\r\n2\n3\r"\r', '\n\n\rx\n"y\r\n"']);
    expect(rows.map(({ line }) => line)).toEqual([1, 2, 8, 9]);
  });

  test('end with the line of a quote that is never closed, behind the rows before it', async () => {
    const seen: number[] = [];
    const reading = async () => {
      const source = (async function* () {
        yield Buffer.from('a,b\n1,"2\n"\n3,4,"5\n6\n7,8');
      })();
      for await (const { line } of csvRows(source, ',')) seen.push(line);
    };
    await expect(reading()).rejects.toThrow('the quote in line 4 is never closed');
    expect(seen).toEqual([1, 2]);
  });

  test('tell which cell holds bytes that are no UTF-8', async () => {
    const [row] = await rowsOf(['张,', Buffer.from([0xd5, 0xc5]), ',b\n']);
    expect(row?.content).toMatchObject({ invalid: 1, cells: ['张', expect.any(String), 'b'] });
  });

  test('hold no row of more than 1 MB', async () => {
    const rows = await rowsOf(['a,"', ...Array.from({ length: 11 }, () => 'x\n'.repeat(50_000)), '"\nb,c\n']);
    expect(rows.map(({ line, bytes, content }) => [line, bytes > 1e6, content?.cells])).toEqual([
      [1, true, undefined],
      [550_002, false, ['b', 'c']],
    ]);
  });

  test('are those that csv-parse reads, however the bytes are cut into chunks', async () => {
    const piece = fc.constantFrom('a', '1', '张', '𠮷', ' ', ',', ',', '"', '"', '""', '\n', '\n', '\r\n', ';');
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 40 }), fc.nat(7), async (pieces, size) => {
        const bytes = Buffer.from(pieces.join(''));
        const cut = Array.from({ length: Math.ceil(bytes.length / (size + 1)) }, (_, n) =>
          bytes.subarray(n * (size + 1), (n + 1) * (size + 1)),
        );
        const ours = await rowsOf(cut).then(
          (rows) => rows.map(({ content }) => content?.cells),
          () => 'refused',
        );
        expect(ours).toEqual(theirs(bytes));
      }),
      { numRuns: 2_000 },
    );
  });
});

function theirs(bytes: Buffer): unknown {
  try {
    const record_delimiter = ['\r\n', '\n', '\r'];
    return parse(bytes, { record_delimiter, relax_column_count: true, relax_quotes: true, skip_empty_lines: true });
  } catch {
    return 'refused';
  }
}
