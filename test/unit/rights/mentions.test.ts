import { expect, test } from '@jest/globals';
import { mentionedBy, mentions } from '../../../src/rights/mentions.rules.js';

const who = mentionedBy(
  [
    { type: 'PHONE', value: '+8613912345678' },
    { type: 'EMAIL', value: 'anna@example.org' },
    { type: 'USER_ID', value: 'u1' },
  ],
  ['prf_01ARZ3NDEKTSV4RRFFQ69G5FAV'],
);

test.each<[unknown, boolean]>([
  [{ traits: { phone: '13912345678' } }, true],
  [{ note: 'call 139 1234 5678 tonight' }, true],
  [{ note: '+86 (139) 1234-5678' }, true],
  [{ n: 13912345678 }, true],
  [{ deep: [[['<Anna@Example.org>']]] }, true],
  [{ identifiers: [{ type: 'USER_ID', value: 'U1' }] }, true],
  [{ data: { profile: { id: 'prf_01ARZ3NDEKTSV4RRFFQ69G5FAV' } } }, true],
  [{ identifiers: [{ type: 'ANONYMOUS_ID', value: 'u1' }], text: 'u1' }, false],
  [{ phone: '13912345679', mail: 'hanna@example.org' }, false],
  [null, false],
])('%j mentions the person: %j', (value, isMentioned) => {
  expect(mentions(value, who)).toBe(isMentioned);
});
