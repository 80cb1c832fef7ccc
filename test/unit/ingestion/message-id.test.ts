import { expect, test } from '@jest/globals';
import { messageIdOf } from '../../../src/ingestion/message-id.rules.js';

const content = { b: [1, { d: 2, c: 3 }], a: 'x' };

test('the order of names makes no difference, and all else does', () => {
  const same = messageIdOf('door', { a: 'x', b: [1, { c: 3, d: 2 }] });
  expect(messageIdOf('door', content)).toBe(same);
  expect(same).toMatch(/^door-[0-9a-f]{40}$/);
  const others = [
    messageIdOf('gate', content),
    messageIdOf('door', { ...content, a: 'y' }),
    messageIdOf('door', { ...content, b: [{ d: 2, c: 3 }, 1] }),
    messageIdOf('door', { ...content, z: null }),
  ];
  expect(new Set([same, ...others]).size).toBe(5);
});
