import 'reflect-metadata';
import { describe, expect, test } from '@jest/globals';
import type { TenantContext } from '../../../src/platform/context.js';
import { decodeCursor, encodeCursor, pageOf, pageSize } from '../../../src/platform/page.js';
import { newBlindingKey } from '../../support/tenant-keys.js';

const contextOf = (tenantId: string, key: string) =>
  ({ tenantId, keys: { index: newBlindingKey(Buffer.from(key)) } }) as unknown as TenantContext;
const ctx = contextOf('demo', 'k1');

describe('a cursor', () => {
  const cursor = encodeCursor(ctx, 'q', [1, 'x', null]);

  test('gives its position back', () => {
    expect(decodeCursor(ctx, 'q', cursor)).toEqual([1, 'x', null]);
  });

  test.each<[string, TenantContext, string, string]>([
    ['another query', ctx, 'p', cursor],
    ['another tenant', contextOf('other', 'k1'), 'q', cursor],
    ['another key', contextOf('demo', 'k2'), 'q', cursor],
    ['a changed position', ctx, 'q', `${cursor.split('.')[0]}.${Buffer.from('[2]').toString('base64url')}`],
    ['no signature', ctx, 'q', cursor.slice(cursor.indexOf('.'))],
    ['a longer signature', ctx, 'q', `AAAA${cursor}`],
    ['nothing', ctx, 'q', ''],
    ['anything', ctx, 'q', 'abc.def.ghi'],
  ])('of %s is refused', (_, context, query, given) => {
    expect(() => decodeCursor(context, query, given)).toThrow(/^after: is no cursor of this query/);
  });
});

test.each([0, -1, 101, 1.5, Number.NaN, Number.POSITIVE_INFINITY])('a page of %s is refused', (first) => {
  expect(() => pageSize(first, 'accounts.first')).toThrow(/^accounts\.first: must be a whole number from 1 to 100$/);
});

test.each([1, 50, 100])('a page of %s is taken', (first) => {
  expect(pageSize(first)).toBe(first);
});

test.each([
  [[], 2, false, [], { hasNextPage: false, hasPreviousPage: false, startCursor: null, endCursor: null }],
  [[1, 2], 2, true, [1, 2], { hasNextPage: false, hasPreviousPage: true, startCursor: 'c1', endCursor: 'c2' }],
  [[1, 2, 3], 2, false, [1, 2], { hasNextPage: true, hasPreviousPage: false, startCursor: 'c1', endCursor: 'c2' }],
])('a page of %j, %s at once', (rows, first, isContinued, nodes, pageInfo) => {
  const page = pageOf(rows, first, (row) => `c${row}`, isContinued);
  expect(page.edges.map(({ node }) => node)).toEqual(nodes);
  expect(page.pageInfo).toEqual(pageInfo);
});
