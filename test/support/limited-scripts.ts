import fc from 'fast-check';
import { Channel } from '../../src/channels/channel.js';
import { IdentifierType } from '../../src/channels/identifier-type.js';
import type { Item } from './naive-stitching.js';
import { identifierAmong } from './stitching-scripts.js';

const START = Date.UTC(2026, 0, 5);
const DAY = 86_400_000;
/** Limits that a few items reach. */
export const LIMITED = {
  identifierRules: { EMAIL: { most: 1 }, ANONYMOUS_ID: { most: 1 } },
  sharedByMost: 2,
} as const;

const VALUES = {
  [IdentifierType.USER_ID]: ['user-1', 'user-2', 'user-3'],
  [IdentifierType.ANONYMOUS_ID]: ['browser-1', 'browser-2'],
  [IdentifierType.PHONE]: ['+8613912345671', '+8613912345672'],
  [IdentifierType.EMAIL]: ['wang@shop.cn', 'li@shop.cn'],
} as const;

const identifier = identifierAmong(VALUES);

const traits = fc.record(
  {
    name: fc.constantFrom('王伟', '李娜', '王强', null),
    birthday: fc.constantFrom('1985-03-12', '1992-07-25', null),
    city: fc.constantFrom('杭州', '上海'),
  },
  { requiredKeys: [] },
);

/** What a few people did who share some of what they hold. */
export const items = fc
  .array(
    fc.record({
      channel: fc.constantFrom(Channel.WEB, Channel.CRM, Channel.APP),
      identifiers: fc.uniqueArray(identifier, { minLength: 1, maxLength: 3, selector: ({ type }) => type }),
      traits,
      at: fc.constantFrom(0, 1, 8, 40).map((days) => START + days * DAY),
    }),
    { minLength: 2, maxLength: 9 },
  )
  .map((all): Item[] => all.map((one, n) => ({ ...one, messageId: `m${n}` })));

/** Each is known by a user id, and shares one thing with others. */
export const knownItems = items
  .filter(({ length }) => length > 3)
  .chain((all) =>
    fc
      .tuple(
        ...all.map(() =>
          fc.tuple(
            fc.constantFrom(...VALUES.USER_ID).map((value) => ({ type: IdentifierType.USER_ID, value })),
            identifier.filter(({ type }) => type !== IdentifierType.USER_ID),
          ),
        ),
      )
      .map((identifiers): Item[] => all.map((one, n) => ({ ...one, identifiers: identifiers[n] ?? [] }))),
  );
