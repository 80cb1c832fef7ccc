import { request } from 'node:http';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { print } from 'graphql';
import {
  EventsByMessageIdDocument,
  IngestDocument,
  ListProfilesDocument,
  NodeDocument,
  ProfileByIdentifierDocument,
} from '../../schema/generated/operations.js';
import { type ApiClient, clientOf } from '../support/api-client.js';
import { profileBy } from '../support/profile-reader.js';
import { byUser, daysAgo, eventOf, send, sendAll } from '../support/sample-events.js';
import { createTenant } from '../support/server.js';

const MEGABYTE = 1_048_576;

let admin: ApiClient;
beforeAll(async () => {
  admin = clientOf(await createTenant('bad-input'));
});

const nested = (depth: number): unknown => (depth === 0 ? 1 : { a: nested(depth - 1) });
/** An object with a key that a literal can't have as its own. */
const withKey = (key: string, value: unknown = 1) => JSON.parse(`{ ${JSON.stringify(key)}: ${JSON.stringify(value)} }`);
const manyKeys = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, n) => [`trait${n}`, n]));

/** The status of a call that only announces so many bytes: a server that refuses them may close before it has read them. */
function statusOfAnnounced(bytes: number): Promise<number | undefined> {
  const headers = { 'content-type': 'application/json', 'content-length': bytes };
  return new Promise((answered, failed) => {
    const call = request(new URL('/graphql', admin.url), { method: 'POST', headers }, ({ statusCode }) => {
      answered(statusCode);
      call.destroy();
    });
    call.on('error', failed);
    call.flushHeaders();
  });
}

describe('one bad event is refused with a code and its path, and the good ones beside it are taken', () => {
  const user = [byUser('bad')];
  const cases: [string, string, string, object][] = [
    ['a NUL byte in a trait', 'INVALID_TEXT', 'traits.note', { traits: { note: 'a\u0000b' } }],
    ['a NUL byte in a messageId', 'INVALID_TEXT', 'messageId', { messageId: 'a\u0000b' }],
    ['a NUL byte in an identifier', 'INVALID_TEXT', 'identifiers[0].value', { identifiers: [byUser('a\u0000b')] }],
    [
      'half a surrogate pair in a property',
      'INVALID_TEXT',
      'properties.list[1].a',
      { properties: { list: [1, { a: '\ud83d' }] } },
    ],
    ['half a surrogate pair in a name', 'INVALID_TEXT', 'name', { name: '\udc00' }],
    ['$ in a trait’s name', 'INVALID_KEY', 'traits.$where', { traits: { $where: 1 } }],
    ['a dot in a trait’s name', 'INVALID_KEY', 'traits.a.b', { traits: { 'a.b': 1 } }],
    ['an empty name of a property', 'INVALID_KEY', 'properties.', { properties: { '': 1 } }],
    ['__proto__', 'INVALID_KEY', 'traits.__proto__', { traits: withKey('__proto__', { admin: true }) }],
    ['__proto__ further down', 'INVALID_KEY', 'properties.a.__proto__', { properties: { a: withKey('__proto__') } }],
    ['constructor', 'INVALID_KEY', 'context.constructor', { context: withKey('constructor') }],
    ['a text of one megabyte', 'TEXT_TOO_LONG', 'traits.note', { traits: { note: 'x'.repeat(MEGABYTE) } }],
    [
      'an identifier of one megabyte',
      'TEXT_TOO_LONG',
      'identifiers[0].value',
      { identifiers: [byUser('x'.repeat(MEGABYTE))] },
    ],
    ['20,000 traits', 'TOO_MANY', 'traits', { traits: manyKeys(20_000) }],
    ['a list of 10,000', 'TOO_MANY', 'properties.list', { properties: { list: Array(10_000).fill(1) } }],
    [
      '60 identifiers',
      'INVALID_IDENTIFIER',
      'identifiers',
      { identifiers: Array.from({ length: 60 }, (_, n) => byUser(`u${n}`)) },
    ],
    ['JSON of 12 levels', 'TOO_DEEP', `properties${'.a'.repeat(9)}`, { properties: nested(12) }],
    [
      'more than 32 kB',
      'TOO_LARGE',
      'event',
      { properties: Object.fromEntries(Object.entries(manyKeys(100)).map(([key]) => [key, 'x'.repeat(400)])) },
    ],
    ['the year 2099', 'OCCURRED_IN_FUTURE', 'occurredAt', { occurredAt: '2099-01-01T00:00:00.000Z' }],
    ['25 hours ahead', 'OCCURRED_IN_FUTURE', 'occurredAt', { occurredAt: daysAgo(-25 / 24) }],
    ['no name of a TRACK', 'MISSING_NAME', 'name', { name: null }],
    ['an empty messageId', 'INVALID_MESSAGE_ID', 'messageId', { messageId: '' }],
    ['a number for text', 'INVALID_TYPE', 'traits.name', { traits: { name: { first: 'a' } } }],
    ['text for a number', 'INVALID_TYPE', 'traits.scene', { channel: 'MINI_PROGRAM', traits: { scene: 'many' } }],
  ];

  test.each(cases)('%s: %s at %s', async (name, code, path, fault) => {
    const good = eventOf({ identifiers: [byUser(`beside ${name}`)] });
    const { accepted, rejected } = await send(admin, [{ ...eventOf({ identifiers: user }), ...fault }, good]);
    expect([accepted, rejected]).toEqual([1, [expect.objectContaining({ index: 0, code, path })]]);
    expect(rejected[0]?.message.length).toBeLessThan(400);
    expect(
      (await admin.data(ProfileByIdentifierDocument, { identifier: byUser('bad') })).profileByIdentifier,
    ).toBeNull();
  });

  test('nothing of it reaches another object', () => {
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  test('what only looks dangerous is kept as it is', async () => {
    const properties = {
      text: '$where 💥 {"$gt":""} \'; drop',
      toString: 'own',
      __typename: 'x',
      list: [null, true, 0.1],
    };
    const event = eventOf({
      messageId: '$odd/../id 🎁',
      name: '名前 __proto__',
      identifiers: [byUser('$ne')],
      properties,
    });
    await sendAll(admin, [event]);
    const [found] = (await admin.data(EventsByMessageIdDocument, { messageIds: [event.messageId] })).eventsByMessageId;
    expect(found).toMatchObject({ messageId: event.messageId, name: event.name });
    const { events } = await profileBy(admin, byUser('$ne'));
    expect(events?.edges[0]?.node.properties).toEqual(properties);
  });
});

describe('a document or variables of the wrong type are refused as a whole, with the place', () => {
  const event = { messageId: 'm', type: 'TRACK', name: 'n', channel: 'WEB', identifiers: [], occurredAt: daysAgo(1) };
  const cases: [string, string, object][] = [
    ['an unknown channel', 'events[0].channel', { events: [{ ...event, channel: 'FAX' }] }],
    ['an unknown type', 'events[0].type', { events: [{ ...event, type: 'SHOUT' }] }],
    [
      'an unknown identifier type',
      'events[1].identifiers[0].type',
      { events: [event, { ...event, identifiers: [{ type: 'NAME', value: 'x' }] }] },
    ],
    ['a number for text', 'events[0].messageId', { events: [{ ...event, messageId: 7 }] }],
    ['a list for an object', 'events[0].traits', { events: [{ ...event, traits: [1] }] }],
    ['text for an object', 'events[0].properties', { events: [{ ...event, properties: '{}' }] }],
    ['no time', 'events[0].occurredAt', { events: [{ ...event, occurredAt: 'yesterday' }] }],
    ['an unknown field', 'events[0]', { events: [{ ...event, shoeSize: 41 }] }],
    ['null for an event', 'events[0]', { events: [null] }],
    ['no events', 'events', {}],
    ['text for a list', 'events', { events: 'all of them' }],
  ];

  test.each(cases)('%s', async (_, path, variables) => {
    const answer = await admin.send(JSON.stringify({ query: print(IngestDocument), variables }));
    expect(answer.status).toBe(400);
    expect(answer.errors?.[0]).toMatchObject({
      extensions: { code: 'BAD_USER_INPUT', details: { path }, requestId: expect.any(String) },
    });
    expect(answer.data ?? null).toBeNull();
  });

  test('a huge batch is refused before it is read', async () => {
    const events = Array.from({ length: 100_000 }, (_, n) => ({ ...event, messageId: `huge-${n}` }));
    const answer = await admin.send(JSON.stringify({ query: print(IngestDocument), variables: { events } }));
    expect(answer.errors).toMatchObject([
      { extensions: { code: 'QUERY_TOO_COMPLEX', details: { limit: 'cost', found: 10_012 } } },
    ]);
    expect(await statusOfAnnounced(17 * MEGABYTE)).toBe(413);
  }, 120_000);

  test('JSON nested 100,000 deep is refused, wherever it stands', async () => {
    const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
    const events = JSON.stringify([event]).replace('"identifiers":[]', `"identifiers":[],"traits":{"a":${deep}}`);
    for (const variables of [`{"events":${events}}`, `{"events":${deep}}`, deep]) {
      const { status, errors } = await admin.send(
        `{"query":${JSON.stringify(print(IngestDocument))},"variables":${variables}}`,
      );
      expect(status).toBeLessThan(500);
      expect((errors ?? []).map(({ extensions }) => extensions.code)).not.toContain('INTERNAL_SERVER_ERROR');
    }
    expect(await admin.codes(NodeDocument, { id: 'x' })).toEqual([]);
  });

  test.each([
    '',
    'null',
    '[]',
    '"text"',
    '{',
    '{"query":7}',
    '{"query":null}',
    '{"query":"{"}',
    '\u0000',
    '{"query":"\\ud800"}',
  ])('a body of %j', async (body) => {
    const { status, errors } = await admin.send(body);
    expect([status, errors?.length]).toEqual([400, 1]);
    expect(errors?.[0]?.extensions).toEqual(
      expect.objectContaining({ code: expect.any(String), requestId: expect.any(String) }),
    );
  });

  test.each([['\u0000'], ['\ud800'], ['x'.repeat(MEGABYTE)], ['$where'], ['__proto__'], ['(((((.*)*)*)*)*']])(
    'searching and looking up odd text answers or names the fault',
    async (text) => {
      const answers = await Promise.all([
        admin.ask(ListProfilesDocument, { filter: { search: text } }),
        admin.ask(ListProfilesDocument, { filter: { tags: [text], segmentIds: [text] } }),
        admin.ask(ProfileByIdentifierDocument, { identifier: { type: 'USER_ID', value: text, namespace: text } }),
        admin.ask(EventsByMessageIdDocument, { messageIds: [text] }),
        admin.ask(NodeDocument, { id: text }),
      ]);
      for (const { status, errors } of answers) {
        expect(status).toBe(200);
        expect((errors ?? []).filter(({ extensions }) => extensions.code !== 'BAD_USER_INPUT')).toEqual([]);
      }
    },
  );
});
