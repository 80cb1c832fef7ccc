import { expect, test } from '@jest/globals';
import { ThreadPool } from '../../../src/platform/thread-pool.js';

const NEVER = new AbortController().signal;

test('a thread that could not be started holds no place', async () => {
  const pool = new ThreadPool(new URL('https://example.org/no-file.js'), 1);
  const use = () => pool.use(NEVER, async () => 'done');
  await expect(use()).rejects.toThrow('scheme file');
  await expect(use()).rejects.toThrow('scheme file');
}, 2_000);
