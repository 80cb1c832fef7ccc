import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type CommandRun, runCommand } from '../support/command-run.js';
import { createTenant, dataOf, tokenFor } from '../support/server.js';
import { testServer } from '../support/test-server.js';

const PROFILE = `query ($identifier: IdentifierInput!) {
  profileByIdentifier(identifier: $identifier) { traits { name phone email custom } channelAccounts { channel } events { edges { node { name revenue { amount } } } } }
}`;
const QUARANTINE = '{ quarantinedItems(code: "RAGGED_ROW") { edges { node { source original } } } }';

let tenant: string;
let admin: string;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tributary-import-'));
  tenant = await createTenant('import');
  admin = tokenFor(tenant);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

function tributary(...args: string[]): Promise<CommandRun> {
  const { dataDir, jwtSecret, masterKey } = testServer();
  const env = { NODE_ENV: 'test', DATA_DIR: dataDir, JWT_SECRET: jwtSecret, MASTER_KEY: masterKey };
  return runCommand(['import', ...args], env);
}

async function fileOf(name: string, content: string | Buffer): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}

const importing = (channel: string, file: string, ...others: string[]) =>
  tributary('--tenant', tenant, '--channel', channel, '--file', file, ...others);

async function profileOf(type: string, value: string, namespace: string | null = null) {
  return (await dataOf(admin, PROFILE, { identifier: { type, value, namespace } })).profileByIdentifier;
}

describe('tributary import', () => {
  test('takes a CSV in; refused rows go to a file with reasons; a second time changes nothing', async () => {
    const rows = ['手机号,姓名,email,等级', '13912340101,张伟,zhang@acme.cn,金', '13912340102,李,娜', ',王,,银'];
    const file = await fileOf('people.csv', `\ufeff${rows.join('\r\n')}\r\n`);
    const first = await importing('CRM', file);
    expect([first.code, first.output]).toEqual([0, '1 accepted, 0 duplicates, 2 refused\n']);
    expect(first.errors).toContain('people.csv.rejected.csv');
    expect(await profileOf('EMAIL', 'zhang@acme.cn')).toMatchObject({
      traits: { name: '张伟', phone: '+8613912340101', custom: expect.objectContaining({ 等级: '金' }) },
      channelAccounts: [{ channel: 'CRM' }],
    });
    expect((await readFile(`${file}.rejected.csv`, 'utf8')).split('\n')).toEqual([
      'line,code,path,message,手机号,姓名,email,等级',
      '3,RAGGED_ROW,,"has 3 cells, where the header has 4",13912340102,李,娜',
      expect.stringMatching(/^4,NO_IDENTIFIER,identifiers,.*,,王,,银$/),
      '',
    ]);
    const { quarantinedItems } = await dataOf<{ quarantinedItems: { edges: unknown[] } }>(admin, QUARANTINE);
    expect(quarantinedItems.edges).toEqual([{ node: { source: 'IMPORT', original: ['13912340102', '李', '娜'] } }]);
    expect((await importing('CRM', file)).output).toBe('0 accepted, 1 duplicates, 2 refused\n');
  });

  test('takes JSON lines with a mapping', async () => {
    const lines = [
      { who: 'o-1', event: 'Order Completed', total: 12.5, messageId: 'imp-1' },
      {
        messageId: 'imp-2',
        name: 'Order Completed',
        channel: 'WEB',
        identifiers: [{ type: 'USER_ID', value: 'imp-u' }],
      },
      { who: 'o-2', event: 'E', time: '2099-01-01T00:00:00Z' },
    ];
    const file = await fileOf('orders.jsonl', lines.map((line) => JSON.stringify(line)).join('\n'));
    const mapping = await fileOf(
      'map.json',
      '{"columns":{"who":{"identifier":"OPEN_ID","namespace":"wx1"}},"type":"TRACK"}',
    );
    const run = await importing('MINI_PROGRAM', file, '--mapping', mapping);
    expect([run.code, run.output]).toEqual([0, '2 accepted, 0 duplicates, 1 refused\n']);
    expect(await profileOf('OPEN_ID', 'o-1', 'wx1')).toMatchObject({
      events: { edges: [{ node: { name: 'Order Completed', revenue: { amount: '12.5' } } }] },
    });
    expect(await profileOf('USER_ID', 'imp-u')).toMatchObject({ channelAccounts: [{ channel: 'WEB' }] });
    expect(JSON.parse(await readFile(`${file}.rejected.jsonl`, 'utf8'))).toMatchObject({
      line: 3,
      code: 'OCCURRED_IN_FUTURE',
      path: 'occurredAt',
    });
  });

  test('takes more than one batch', async () => {
    const rows = Array.from({ length: 2_500 }, (_, index) => `m-${index},${index % 2 === 0 ? '茶' : '咖啡'}`);
    const file = await fileOf('many.csv', `member_no,likes\n${rows.join('\n')}\n`);
    expect((await importing('STORE', file)).output).toBe('2500 accepted, 0 duplicates, 0 refused\n');
  });

  test.each([
    ['a file that is not there', 'none.csv', undefined, [], 'none.csv does not exist.'],
    ['an empty file', 'empty.csv', '', [], 'is empty'],
    ['a file without a header', 'bare.csv', '张伟,13912345678\n', [], 'has no header'],
    ['another encoding', 'gbk.csv', Buffer.from([0xd5, 0xc5, 0x0a]), [], 'iconv -f GBK -t UTF-8'],
    ['a mapping that is not there', 'a.csv', 'phone\n1\n', ['--mapping', '/none.json'], '/none.json does not exist.'],
    ['an unknown channel', 'b.csv', 'phone\n1\n', ['--channel', 'FAX'], 'must be one of WECHAT_OFFICIAL_ACCOUNT'],
    ['an unknown tenant', 'c.csv', 'phone\n1\n', ['--tenant', 'nobody'], 'There is no tenant nobody'],
  ])('%s ends with one clear line', async (_case, name, content, others, message) => {
    const file = content === undefined ? join(folder, name) : await fileOf(name, content);
    const { code, output, errors } = await importing('CRM', file, ...others);
    expect([code, output]).toEqual([1, '']);
    expect(errors.trim().split('\n').at(-1)).toContain(message);
    expect(errors).not.toContain('    at ');
  });
});
