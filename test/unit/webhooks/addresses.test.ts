import { describe, expect, test } from '@jest/globals';
import { readName, readUrl } from '../../../src/webhooks/destination.rules.js';
import { isLoopback, isPublicAddress } from '../../../src/webhooks/public-addresses.js';
import { postTo } from '../../../src/webhooks/webhook-post.js';

test.each(['93.184.216.34', '8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:2800:220:1::1', '2400:3200::1'])(
  '%s is public',
  (address) => expect(isPublicAddress(address)).toBe(true),
);

test.each([
  ...['0.0.0.0', '10.1.2.3', '100.64.0.1', '127.0.0.1', '169.254.169.254', '172.16.0.1', '172.31.255.255'],
  ...['192.168.1.1', '192.0.0.1', '198.18.0.1', '224.0.0.1', '255.255.255.255'],
  ...['::', '::1', 'fe80::1', 'fc00::1', 'fd00::1', 'ff02::1', '::ffff:10.0.0.1', '::ffff:8.8.8.8', '64:ff9b::a00:1'],
  ...['2001::1', '2001:db8::1', '2002:a00:1::1', 'text', ''],
])('%s is not', (address) => expect(isPublicAddress(address)).toBe(false));

test('this machine is at 127.0.0.0/8 and ::1 alone', () => {
  expect(['127.0.0.1', '127.9.9.9', '::1'].every(isLoopback)).toBe(true);
  expect(['128.0.0.1', '::2', '10.0.0.1', 'localhost'].some(isLoopback)).toBe(false);
});

describe('the address of a destination', () => {
  test.each([
    'https://hooks.example.com/a?b=c',
    'https://hooks.example.com:8443/',
    'https://93.184.216.34/',
    'https://[2606:2800:220:1::1]/x',
    'https://钩子.example.com/',
  ])('%s is taken', (text) => expect(readUrl(text, false).protocol).toBe('https:'));

  test.each([
    ['http://hooks.example.com/', 'https://'],
    ['ftp://hooks.example.com/', 'https://'],
    ['hooks.example.com', 'https address'],
    [`https://hooks.example.com/${'x'.repeat(2_000)}`, 'https address'],
    ['https://user@hooks.example.com/', 'credentials'],
    ['https://user:secret@hooks.example.com/', 'credentials'],
    ['https://hooks.example.com/#a', 'fragment'],
    ['https://hooks.example.com:25/', 'port'],
    ['https://hooks.example.com:80/', 'port'],
    ['https://10.0.0.1/', 'public'],
    ['https://169.254.169.254/latest', 'public'],
    ['https://2130706433/', 'public'],
    ['https://0x7f.1/', 'public'],
    ['https://[::1]/', 'public'],
    ['https://[::ffff:127.0.0.1]/', 'public'],
    ['https://localhost/', 'public'],
    ['https://intranet/', 'public'],
    ['https://a.localhost/', 'public'],
    ['https://db.internal/', 'public'],
    ['http://127.0.0.1:3000/', 'https://'],
  ])('%s is refused', (text, why) => expect(() => readUrl(text, false)).toThrow(why));

  test('of this machine is taken where the operator says so, and of its network is not', () => {
    expect(readUrl('http://127.0.0.1:3000/x', true).href).toBe('http://127.0.0.1:3000/x');
    expect(readUrl('http://localhost:80/', true).host).toBe('localhost');
    expect(() => readUrl('http://10.0.0.1:3000/', true)).toThrow('https://');
    expect(() => readUrl('ftp://127.0.0.1/', true)).toThrow('https://');
  });
});

test.each(['https://localhost:1/', 'https://127.0.0.1:1/', 'https://[::1]:1/'])(
  'what leads to this machine, %s, is not connected to',
  async (url) => {
    const message = { headers: {}, body: '{}' };
    expect(await postTo(false)(new URL(url), message)).toEqual({ fault: 'ADDRESS' });
    expect(await postTo(true)(new URL(url), message)).toEqual({ fault: 'UNREACHABLE' });
  },
);

test('a name is trimmed, and neither empty nor long', () => {
  expect(readName(' CRM ')).toBe('CRM');
  for (const name of ['', '  ', 'x'.repeat(101)]) expect(() => readName(name)).toThrow('1 to 100');
});
