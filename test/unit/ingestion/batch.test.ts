import { expect, test } from '@jest/globals';
import { readItems, rejectionOf } from '../../../src/ingestion/batch.rules.js';
import { BlockedValues } from '../../../src/ingestion/blocked-values.rules.js';
import type { RawItem } from '../../../src/ingestion/observation.js';

const rules = {
  region: 'CN',
  currency: 'CNY',
  timeZone: 'UTC',
  blocked: new BlockedValues([], 'CN'),
  defaultNamespace: null,
  oldest: null,
  now: new Date('2026-03-01T00:00:00Z'),
};
const input = {
  messageId: 'm1',
  name: 'E',
  channel: 'WEB',
  identifiers: [{ type: 'USER_ID', value: 'u1' }],
  occurredAt: '2026-02-01T00:00:00Z',
};
const item = (index: number, rest: Partial<RawItem>): RawItem => ({ source: 'TEST', index, raw: null, ...rest });

test('one item does not hold up another, and each refusal names its item', () => {
  const items = [
    item(0, { input }),
    item(1, { input: { ...input, messageId: 'm'.repeat(300), channel: 'FAX' } }),
    item(2, { refusal: { code: 'BAD_ROW', message: 'is ragged', path: 'row' } }),
    item(3, {}),
    item(4, { input: { ...input, messageId: 7 } }),
  ];
  const { observations, refused } = readItems(items, rules);
  expect(observations.map(({ index }) => index)).toEqual([0]);
  expect(refused.map(rejectionOf)).toMatchObject([
    { index: 1, code: 'INVALID_MESSAGE_ID', path: 'messageId', messageId: 'm'.repeat(256) },
    { index: 2, code: 'BAD_ROW', path: 'row', messageId: null },
    { index: 3, code: 'NOT_DECODED', messageId: null },
    { index: 4, code: 'INVALID_MESSAGE_ID', messageId: null },
  ]);
});
