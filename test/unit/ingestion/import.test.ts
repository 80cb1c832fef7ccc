import { describe, expect, test } from '@jest/globals';
import { Channel } from '../../../src/channels/channel.js';
import { type ImportOptions, importFile } from '../../../src/ingestion/import.service.js';
import { parseMapping } from '../../../src/ingestion/import-mapping.js';
import type { IngestOutcome } from '../../../src/ingestion/ingestion.service.js';
import type { RawItem } from '../../../src/ingestion/observation.js';

const modifiedAt = new Date('2026-01-02T03:04:05Z');

/** Ingestion as the importer sees it: what the door refused is refused, all else is accepted. */
function outcomeOf(items: readonly RawItem[]): IngestOutcome {
  const rejected = items.flatMap(({ refusal, index }) => (refusal ? [{ ...refusal, index, messageId: null }] : []));
  return { accepted: items.length - rejected.length, duplicates: 0, rejected };
}

type Content = string | Buffer | readonly (string | Buffer)[];

async function* chunksOf(content: Content): AsyncGenerator<Buffer> {
  const parts = Array.isArray(content) ? (content as (string | Buffer)[]) : [content as string | Buffer];
  for (const part of parts) yield Buffer.from(part as string);
}

async function imported(content: Content, given: Partial<ImportOptions> = {}) {
  const items: RawItem[] = [];
  const refused: [number, string, string | undefined][] = [];
  const rejects: ImportOptions['rejects'] = {
    write: async (line, { code, path }) => {
      refused.push([line, code, path]);
    },
  };
  const options = { fileName: 'f.csv', channel: Channel.CRM, modifiedAt, rejects, ...given };
  const summary = await importFile(chunksOf(content), options, async (batch) => {
    items.push(...batch);
    return outcomeOf(batch);
  });
  return { summary, items, refused, inputs: items.flatMap(({ input }) => (input ? [input] : [])) };
}

describe('a CSV file', () => {
  test('is matched by the names of its columns', async () => {
    const header = 'Open_ID,手机号,姓名,Subscribe Time,喜好,会员号';
    const { inputs, summary } = await imported(`${header}\r\no1,13912345678,张伟,2026-01-01,茶,\r\n`, {
      channel: Channel.WECHAT_OFFICIAL_ACCOUNT,
    });
    expect(summary).toEqual({ accepted: 1, duplicates: 0, refused: 0, line: 2, stopped: null });
    expect(inputs).toEqual([
      {
        messageId: expect.stringMatching(/^import-[0-9a-f]{40}$/),
        type: 'IDENTIFY',
        name: undefined,
        channel: 'WECHAT_OFFICIAL_ACCOUNT',
        identifiers: [{ type: 'OPEN_ID', namespace: null, value: 'o1' }],
        traits: { phone: '13912345678', name: '张伟', followedAt: '2026-01-01', 喜好: '茶' },
        properties: {},
        context: {},
        occurredAt: modifiedAt,
      },
    ]);
  });

  test('of events has properties where nothing is known of a column', async () => {
    const { inputs } = await imported('event,user_id,time,order_id,message_id\nOrder Completed,u1,1767225600,o7,m1\n');
    expect(inputs).toMatchObject([
      {
        messageId: 'm1',
        type: 'TRACK',
        name: 'Order Completed',
        properties: { order_id: 'o7' },
        occurredAt: 1767225600,
      },
    ]);
  });

  test('names a lone bad phone by giving it as an identifier', async () => {
    const { inputs } = await imported('phone,email\nx,\ny,a@b.cn\n');
    expect(inputs.map(({ identifiers }) => identifiers)).toEqual([
      [{ type: 'PHONE', namespace: null, value: 'x' }],
      [],
    ]);
  });

  test.each([
    [',', 'phone,name\n13912345678,a'],
    [';', 'phone;name\n13912345678;a'],
    ['\t', 'phone\tname\n13912345678\ta'],
    ['; though a quoted name has commas', '"a,b,c";phone;name\n1;13912345678;a'],
    ['a byte order mark', '\ufeffphone,name\n13912345678,a\n'],
    ['quotes', '"phone","name"\n"13912345678","a"\n'],
    ['old line ends', 'phone,name\r13912345678,a\r'],
  ])('%s', async (_case, content) => {
    expect((await imported(content)).inputs).toMatchObject([{ traits: { phone: '13912345678', name: 'a' } }]);
  });

  test('keeps delimiters, quotes and line ends inside quotes, over chunks', async () => {
    const { inputs } = await imported(['phone,name,note\n1,"a', ',b ""c', '""\nd",5" disk\n']);
    expect(inputs).toMatchObject([{ traits: { name: 'a,b "c"\nd', note: '5" disk' } }]);
  });

  test('has ragged rows refused by line, and the others taken', async () => {
    const content = 'phone,name\n1,a\n2\n\n"3\n",c\n"4\n",d,e\n5,f\n';
    const { refused, summary, items } = await imported(content);
    expect(refused).toEqual([
      [3, 'RAGGED_ROW', undefined],
      [7, 'RAGGED_ROW', undefined],
    ]);
    expect(summary).toMatchObject({ accepted: 3, refused: 2, line: 9 });
    expect(items[1]?.refusal?.message).toBe('has 1 cells, where the header has 2');
    expect(items[1]?.raw).toEqual(['2']);
  });

  test('has rows that are no UTF-8 refused by line and column', async () => {
    const gbk = Buffer.from([0xd5, 0xc5]);
    const { refused, summary } = await imported(['phone,name\n1,张\n2,', gbk, '\n3,c\n']);
    expect(refused).toEqual([[3, 'INVALID_ENCODING', 'name']]);
    expect(summary).toMatchObject({ accepted: 2, refused: 1 });
  });

  test('keeps what stands before a quote that is never closed, and says where it is', async () => {
    const { summary, items } = await imported('phone,name\n1,a\n2,"b\n3,c\n');
    expect(items).toHaveLength(1);
    expect(summary).toMatchObject({
      accepted: 1,
      line: 2,
      stopped: expect.stringContaining('quote in line 3 is never closed'),
    });
  });

  test('has rows of more than 1 MB refused without holding them, and the others taken', async () => {
    const pieces = (text: string) => Array.from({ length: 20 }, () => text.repeat(100_000));
    const parts = ['phone,name\n1,a\n2,', ...pieces('x'), '\n3,"', ...pieces('y,\n'), '"\n', ...pieces(','), '\n4,d\n'];
    const { refused, summary, items } = await imported(parts);
    expect(refused).toEqual([
      [3, 'TOO_LARGE', undefined],
      [4, 'TOO_LARGE', undefined],
      [2_000_005, 'TOO_LARGE', undefined],
    ]);
    expect(summary).toMatchObject({ accepted: 2, refused: 3, line: 2_000_006, stopped: null });
    expect(items[1]?.raw).toBe('line 3, not kept');
    const blank = await imported([
      'phone,name\n1,a\n',
      ...Array.from({ length: 30 }, () => '\n'.repeat(100_000)),
      '2,b\n',
    ]);
    expect(blank.summary).toMatchObject({ accepted: 2, line: 3_000_003, stopped: null });
  });

  test('gives the same row the same message id, and another row another', async () => {
    const ids = async (content: string, given: Partial<ImportOptions> = {}) =>
      (await imported(content, given)).inputs.map(({ messageId }) => messageId);
    const [first, second] = await ids('phone,name\n1,a\n1,b\n');
    expect(first).not.toBe(second);
    const later = { modifiedAt: new Date() };
    expect(await ids('name,phone\nb,1\n', later)).toEqual([second]);
    expect(await ids('name,phone\nb,1\n', { channel: Channel.ERP })).not.toEqual([second]);
  });

  test('with columns of dangerous names harms nothing', async () => {
    const { inputs } = await imported('phone,__proto__,constructor,toString,traits.a\n1,x,y,z,b\n');
    expect(Object.entries(inputs[0]?.traits as object)).toEqual([
      ['phone', '1'],
      ['__proto__', 'x'],
      ['constructor', 'y'],
      ['toString', 'z'],
      ['a', 'b'],
    ]);
  });
});

describe('a file that is refused as a whole', () => {
  const utf16 = Buffer.from('\ufeffphone,name\n1,a\n', 'utf16le');
  const gbkRows = Array.from({ length: 30 }, () => Buffer.from([0xd5, 0xc5, 0x0a]));
  test.each([
    ['nothing in it', '', 'is empty'],
    ['blank lines', '\n\n', 'is empty'],
    ['UTF-16', utf16, 'iconv -f UTF-16'],
    ['UTF-16 of Chinese alone', Buffer.from(`\ufeff${'姓名'.repeat(50)}\n`, 'utf16le'), 'iconv -f UTF-16'],
    ['UTF-16 without a mark', utf16.subarray(2), 'iconv -f UTF-16'],
    ['GBK in the header', Buffer.from([0xd5, 0xc5, 0x2c, 0x61, 0x0a]), 'iconv -f GBK'],
    ['GBK in its rows', Buffer.concat([Buffer.from('phone\n'), ...gbkRows]), 'iconv -f GBK'],
    ['no header but a phone', '张伟,13912345678\n', 'has no header'],
    ['no header but an email', 'a,a@b.cn\n', 'has no header'],
    ['no header but numbers', '1,2,3\n', 'has no header'],
    ['no header but a date', 'a,2026-01-01\n', 'has no header'],
    ['a header of nothing', ',,\n1,2,3\n', 'has no header'],
    ['columns that identify nobody', 'name,city\na,b\n', 'no column identifies anyone among name, city'],
  ])('%s', async (_case, content, message) => {
    await expect(imported(content)).rejects.toThrow(message);
  });

  test('one JSON array', async () => {
    await expect(imported('[{"phone":"1"}]', { fileName: 'f.json' })).rejects.toThrow('one JSON object a line');
  });
});

describe('JSON lines', () => {
  const jsonl = { fileName: 'f.jsonl' };

  test('are events, or rows with names of columns', async () => {
    const event = {
      messageId: 'm',
      type: 'TRACK',
      name: 'E',
      identifiers: [{ type: 'PHONE', value: '1' }],
      channel: 'WEB',
    };
    const row = { user_id: 'u', 姓名: null, traits: { plan: 'pro' }, address: { city: 'x' }, empty: '' };
    const { inputs } = await imported(`${JSON.stringify(event)}\n\n${JSON.stringify(row)}`, jsonl);
    expect(inputs).toMatchObject([
      { ...event, occurredAt: modifiedAt },
      { type: 'IDENTIFY', channel: 'CRM', identifiers: [{ type: 'USER_ID', value: 'u' }] },
    ]);
    expect(inputs[1]?.traits).toEqual({ name: null, plan: 'pro', address: { city: 'x' } });
  });

  test('are told by their first character where the name says nothing', async () => {
    expect((await imported('\ufeff{"phone":"1"}\r\n', { fileName: 'f.txt' })).summary.accepted).toBe(1);
  });

  test('have bad lines refused by number, and the others taken', async () => {
    const lines = [
      '{"phone":"1"}',
      'text',
      '[]',
      '{"phone":',
      `{"a":${'['.repeat(9_000)}${']'.repeat(9_000)}}`,
      '{"a":"\\u0000"}',
    ];
    const bad = Buffer.from([0x7b, 0xff, 0x7d, 0x0a]);
    const long = Array.from({ length: 12 }, () => 'x'.repeat(100_000));
    const { refused, summary, items } = await imported(
      [`${lines.join('\n')}\n`, bad, ...long, '\n{"phone":"2"}'],
      jsonl,
    );
    expect(refused.map(([line, code]) => [line, code])).toEqual([
      [2, 'INVALID_JSON'],
      [3, 'INVALID_JSON'],
      [4, 'INVALID_JSON'],
      [5, 'TOO_DEEP'],
      [6, 'INVALID_TEXT'],
      [7, 'INVALID_ENCODING'],
      [8, 'TOO_LARGE'],
    ]);
    expect(summary).toMatchObject({ accepted: 2, refused: 7, line: 9, stopped: null });
    expect(() => JSON.stringify(items)).not.toThrow();
  });
});

describe('a mapping', () => {
  const mapping = (given: unknown) => parseMapping(JSON.stringify(given));

  test('says what columns are; those it does not name go by their names', async () => {
    const { inputs } = await imported(
      '电话2,name,openid,order_id,when,what,skip,email\n1,a,o,7,2026-01-01,E,s,e@b.cn\n',
      {
        mapping: mapping({
          columns: {
            电话2: { identifier: 'PHONE' },
            name: { trait: 'nickname' },
            openid: { identifier: 'OPEN_ID', namespace: 'wx1' },
            order_id: { property: 'orderId' },
            when: { field: 'occurredAt' },
            what: { field: 'name' },
            skip: { ignore: true },
          },
          type: 'PAGE',
        }),
      },
    );
    expect(inputs).toMatchObject([
      {
        type: 'PAGE',
        name: 'E',
        identifiers: [
          { type: 'PHONE', namespace: null, value: '1' },
          { type: 'OPEN_ID', namespace: 'wx1', value: 'o' },
        ],
        properties: { orderId: '7' },
        occurredAt: '2026-01-01',
      },
    ]);
    expect(inputs[0]?.traits).toEqual({ nickname: 'a', email: 'e@b.cn' });
  });

  test.each([
    ['text', 'is no JSON'],
    ['{}', 'columns: must be an object'],
    ['{"columns":{"a":{}}}', 'columns.a: must have exactly one of'],
    ['{"columns":{"a":{"trait":"x","property":"y"}}}', 'columns.a: must have exactly one of'],
    ['{"columns":{"a":{"identifier":"TEL"}}}', 'columns.a.identifier: must be one of OPEN_ID'],
    ['{"columns":{"a":{"field":"x"}}}', 'columns.a.field: must be one of messageId'],
    ['{"columns":{"a":{"trait":"x","namespace":"y"}}}', 'columns.a: a namespace belongs to an identifier'],
    ['{"columns":{"a":{"trait":""}}}', 'columns.a.trait: must not be empty'],
    ['{"columns":{},"type":"X"}', 'type: must be one of TRACK'],
    ['{"columns":{},"kind":"X"}', 'kind'],
  ])('%s is refused: %s', (content, message) => {
    expect(() => parseMapping(content)).toThrow(message);
  });

  test('of a column that is not there is refused', async () => {
    const given = { mapping: mapping({ columns: { tel: { identifier: 'PHONE' } } }) };
    await expect(imported('phone,name\n1,a\n', given)).rejects.toThrow(
      'names the column "tel"; the file has phone, name',
    );
  });
});

describe('batches', () => {
  const rows = (count: number) => `phone\n${Array.from({ length: count }, (_, index) => `${index}\n`).join('')}`;
  const rejects = { write: async () => {} };
  const options = { fileName: 'f.csv', channel: Channel.CRM, modifiedAt, rejects };

  test('are of 1,000 rows, numbered from 0, one after another', async () => {
    const sizes: number[] = [];
    let running = 0;
    const lines: number[] = [];
    await importFile(
      chunksOf(rows(2_500)),
      options,
      async (items) => {
        running += 1;
        expect(running).toBe(1);
        await new Promise((resolve) => setImmediate(resolve));
        running -= 1;
        expect(items.map(({ index }) => index)).toEqual(items.map((_, index) => index));
        sizes.push(items.length);
        return outcomeOf(items);
      },
      ({ line }) => lines.push(line),
    );
    expect(sizes).toEqual([1_000, 1_000, 500]);
    expect(lines).toEqual([1_001, 2_001, 2_501]);
  });

  test('end after the one at hand when interrupted', async () => {
    const interruption = new AbortController();
    const summary = await importFile(
      chunksOf(rows(5_000)),
      { ...options, signal: interruption.signal },
      async (items) => {
        interruption.abort();
        return outcomeOf(items);
      },
    );
    expect(summary).toMatchObject({ accepted: 1_000, line: 1_001, stopped: 'interrupted' });
  });

  const address = `上海, ${'浦东'.repeat(80)}`;
  test.each([
    ['CSV', 20e6, 'phone,address\n', `13912345678,"${address}"\n`],
    ['JSON lines', 30e6, '', `{"phone":"13912345678","address":"${address}"}\n`],
  ])('of %s in constant memory, whatever the size of the file', async (_format, total, header, row) => {
    const block = Buffer.from(row.repeat(500));
    async function* big(): AsyncGenerator<Buffer> {
      yield Buffer.from(header);
      for (let bytes = 0; bytes < total; bytes += block.length) yield block;
    }
    const heldMegabytes: number[] = [];
    const summary = await importFile(big(), options, async (items) => {
      heldMegabytes.push(process.memoryUsage().heapUsed / 1e6);
      return outcomeOf(items);
    });
    expect(summary.accepted).toBeGreaterThan(total / 600);
    expect(Math.max(...heldMegabytes) - (heldMegabytes[0] ?? 0)).toBeLessThan(150);
  });
});
