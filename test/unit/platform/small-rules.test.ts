import { expect, test } from '@jest/globals';
import { earlier, later } from '../../../src/platform/dates.rules.js';
import { groupBy } from '../../../src/platform/group-by.rules.js';
import { jsonBytes } from '../../../src/platform/json-size.rules.js';
import { randomBytesOf } from '../../../src/platform/random.js';

test('the earlier and the later of two instants', () => {
  const [one, two] = [new Date(1), new Date(2)];
  expect([earlier(one, two), earlier(two, one), later(one, two), later(two, one)]).toEqual([one, one, two, two]);
});

test('items by a key, in the order of their first appearance', () => {
  expect([...groupBy([3, 1, 4, 1, 5], (n) => n % 2)]).toEqual([
    [1, [3, 1, 1, 5]],
    [0, [4]],
  ]);
  expect(groupBy([], () => 0).size).toBe(0);
});

test.each<[unknown]>([
  ['ab'],
  ['王芳'],
  [[1, 'a', null, true]],
  [{ a: { b: [] }, c: -1.5 }],
  [{}],
  [new Date(0)],
  ['x'.repeat(9_999)],
])('the size of %j is its JSON, within a tenth and ten bytes', (value) => {
  const exact = Buffer.byteLength(JSON.stringify(value));
  expect(jsonBytes(value)).toBeGreaterThanOrEqual(exact - 1);
  expect(jsonBytes(value)).toBeLessThanOrEqual(exact * 1.1 + 10);
});

test('no random byte is given twice, and what is given stays', () => {
  const first = randomBytesOf(12);
  const copy = Buffer.from(first);
  const given = Array.from({ length: 3_000 }, () => randomBytesOf(12).toString('hex'));
  expect(new Set(given).size).toBe(given.length);
  expect(first).toEqual(copy);
});
