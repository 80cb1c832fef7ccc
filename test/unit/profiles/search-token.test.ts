import { expect, test } from '@jest/globals';
import type { TenantContext } from '../../../src/platform/context.js';
import { termsOf, termsOfQuery } from '../../../src/profiles/search.rules.js';
import { searchToken, soughtTokens } from '../../../src/profiles/search-token.js';
import { ALL_RIGHTS } from '../../support/found-by-terms.js';
import { newTenantKeys } from '../../support/tenant-keys.js';

function newContext(): TenantContext {
  return { keys: newTenantKeys() } as TenantContext;
}
const ctx = newContext();
const identifiers = [
  { type: 'PHONE', value: '+8613912345678' },
  { type: 'EMAIL', value: 'fang@shop.cn' },
  { type: 'MEMBER_NO', value: 'M1' },
];
const tokens = (of = ctx) => termsOf({ name: '王小芳', identifiers }).map((term) => searchToken(of, term));
const isFound = (text: string, of = ctx) =>
  termsOfQuery(text, 'CN', ALL_RIGHTS)
    .flatMap((term) => soughtTokens(of, term))
    .some((sought) => tokens().some((token) => (typeof sought === 'string' ? token === sought : sought.test(token))));

test.each([
  '王',
  '王小芳',
  'wangx',
  'wxf',
  '139',
  '1391234',
  '5678',
  '13912345678',
  'fang',
  'fang@shop.cn',
  'm1',
  'M1',
])('the tokens of a person answer %s', (text) => {
  expect(isFound(text)).toBe(text !== 'm1');
});

test.each(['小', '王芳', 'zhang', '138', '1391235', '1234', '13912345679', 'shop.cn', 'fang@shop.com'])(
  'and not %s',
  (text) => {
    expect(isFound(text)).toBe(false);
  },
);

test('the token of a start is the start of the token, with 36 bits of each start of a name and 66 of others', () => {
  const [name, , , phone, digits, mail, member] = tokens().map((token) => token.length);
  expect([name, phone, digits, mail, member]).toEqual([1 + 3 * 6, 1 + 3 * 11, 1 + 11, 1 + 2 * 11, 1 + 11]);
});

test('another tenant has other tokens, and none shows what it stands for', () => {
  expect(isFound('王小芳', newContext())).toBe(false);
  expect(tokens().join(' ')).not.toMatch(/[王小芳@]|wangxiao|12345/);
});
