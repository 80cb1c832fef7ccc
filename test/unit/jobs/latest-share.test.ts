import { expect, test } from '@jest/globals';
import { LatestShare } from '../../../src/jobs/latest-share.js';

/** A job whose writes end when they are told to. */
function slowJob() {
  const written: number[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const progress = (share: number) => {
    written.push(share);
    return new Promise<void>((resolve, reject) => ends.push((error) => (error ? reject(error) : resolve())));
  };
  return { written, ends, share: new LatestShare({ progress }) };
}

test('one write at a time, of what was told last', async () => {
  const { written, ends, share } = slowJob();
  for (const done of [0.1, 0.2, 0.3]) share.tell(done);
  expect(written).toEqual([0.1]);
  const settled = share.settled();
  ends[0]?.();
  await new Promise(setImmediate);
  expect(written).toEqual([0.1, 0.3]);
  ends[1]?.();
  await settled;
  share.tell(0.4);
  expect(written).toEqual([0.1, 0.3, 0.4]);
});

test('a write that fails is thrown where all is awaited, and nothing is written after it', async () => {
  const { written, ends, share } = slowJob();
  share.tell(0.1);
  share.tell(0.2);
  ends[0]?.(new Error('to stop'));
  await expect(share.settled()).rejects.toThrow('to stop');
  share.tell(0.3);
  expect(written).toEqual([0.1]);
});

test('where nothing was told there is nothing to wait for', async () => {
  await slowJob().share.settled();
});
