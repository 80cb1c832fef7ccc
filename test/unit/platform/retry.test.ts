import { expect, test } from '@jest/globals';
import { untilWritten } from '../../../src/platform/retry.js';

test('an attempt is repeated until it succeeds, and numbered', async () => {
  const numbers: number[] = [];
  await untilWritten('profiles', async (number) => {
    numbers.push(number);
    return number === 2;
  });
  expect(numbers).toEqual([0, 1, 2]);
});

test('after 40 attempts the writer is told to try again', async () => {
  let attempts = 0;
  const endless = untilWritten('accounts', async () => {
    attempts += 1;
    return false;
  });
  await expect(endless).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
  expect(attempts).toBe(40);
});

test('an error ends it', async () => {
  const failing = untilWritten('accounts', () => Promise.reject(new Error('away')));
  await expect(failing).rejects.toThrow('away');
});
