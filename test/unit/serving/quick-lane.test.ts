import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { serveToys, type ToyServer } from './toy-server.js';

let quick: ToyServer;
let plain: ToyServer;
beforeAll(async () => {
  [quick, plain] = [await serveToys(true), await serveToys()];
});
afterAll(() => Promise.all([quick.close(), plain.close()]));

const REQUEST_ID = '0199aa00-0000-4000-8000-000000000005';
const TOY = 'query Toy($id: ID!) { toy(id: $id) { id } }';
const TWO = 'query A { slow } query B { slow(ms: 2) }';
const GOOD = { 'content-type': 'application/json', authorization: 'Bearer good', 'x-request-id': REQUEST_ID };

interface Case {
  readonly body: unknown;
  readonly headers?: Record<string, string>;
  readonly isQuick: boolean;
}

const JSON_AND_MORE = 'application/graphql-response+json, application/json;q=0.9';
const toy = { query: TOY, variables: { id: 'a' } };
const cases: Record<string, Case> = {
  'a query': { body: { query: '{ slow }' }, isQuick: true },
  'a query with variables': { body: toy, isQuick: true },
  'variables and a name that are null': {
    body: { query: '{ slow }', variables: null, operationName: null },
    isQuick: true,
  },
  'the first of two operations': { body: { query: TWO, operationName: 'A' }, isQuick: true },
  'the second of two operations': { body: { query: TWO, operationName: 'B' }, isQuick: true },
  'a key in the body that nobody reads': { body: { ...toy, more: 1 }, isQuick: true },
  'a type with its charset': {
    body: toy,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    isQuick: true,
  },
  'accept of anything': { body: toy, headers: { accept: '*/*' }, isQuick: true },
  'accept of JSON': { body: toy, headers: { accept: 'application/json' }, isQuick: true },
  'accept of a GraphQL response': { body: toy, headers: { accept: JSON_AND_MORE }, isQuick: true },
  'a field that fails': { body: { query: '{ fails(how: "known") }' }, isQuick: true },
  'a field that fails in a way unforeseen': { body: { query: '{ slow fails(how: "unforeseen") }' }, isQuick: true },
  'a database out of reach': { body: { query: '{ fails(how: "network") }' }, isQuick: true },
  'text that is thrown': { body: { query: '{ a: fails(how: "text") b: fails(how: "known") }' }, isQuick: true },
  introspection: { body: { query: '{ __schema { queryType { name } } }' }, isQuick: true },
  'an idempotency key on a query': { body: toy, headers: { 'idempotency-key': 'k1' }, isQuick: true },
  'a type of odd spelling': { body: toy, headers: { 'content-type': 'Application/JSON' }, isQuick: false },
  'a type that is none of JSON': { body: toy, headers: { 'content-type': 'text/plain' }, isQuick: false },
  'accept of what is not served': { body: toy, headers: { accept: 'text/csv' }, isQuick: false },
  'a compressed body': { body: toy, headers: { 'content-encoding': 'gzip' }, isQuick: false },
  extensions: { body: { ...toy, extensions: {} }, isQuick: false },
  'a persisted query': {
    body: { ...toy, extensions: { persistedQuery: { version: 1, sha256Hash: 'a' } } },
    isQuick: false,
  },
  'an empty name': { body: { ...toy, operationName: '' }, isQuick: false },
  'a name that is none of the document': { body: { ...toy, operationName: 'Other' }, isQuick: false },
  'a name that is no text': { body: { ...toy, operationName: 1 }, isQuick: false },
  'two operations and no name': { body: { query: TWO }, isQuick: false },
  'variables that are text': { body: { query: '{ slow }', variables: '{"id":"a"}' }, isQuick: false },
  'variables that are a list': { body: { query: '{ slow }', variables: [] }, isQuick: false },
  'a variable that is missing': { body: { query: TOY }, isQuick: false },
  'a variable of a wrong type': { body: { ...toy, variables: { id: { phone: '13900001111' } } }, isQuick: false },
  'a batch': { body: [toy], isQuick: false },
  'a mutation': { body: { query: 'mutation { change(inputs: []) }' }, isQuick: false },
  'a subscription': { body: { query: 'subscription { ticks }' }, isQuick: false },
  'a document that is none': { body: { query: '{' }, isQuick: false },
  'an invalid document': { body: { query: '{ nobody }' }, isQuick: false },
  'a field that the caller may not ask for': { body: { query: '{ secret }' }, isQuick: false },
  'no token': { body: toy, headers: { authorization: '' }, isQuick: false },
  'a token that does not hold': { body: toy, headers: { authorization: 'Bearer bad' }, isQuick: false },
  'a purpose that is not the caller’s': { body: toy, headers: { authorization: 'Bearer elsewhere' }, isQuick: false },
  'a database that is away': { body: toy, headers: { authorization: 'Bearer away' }, isQuick: false },
  'what nobody foresaw': { body: toy, headers: { authorization: 'Bearer broken' }, isQuick: false },
};

/** The answer as it came: raw headers in their order, and the body's text. */
function send({ url }: ToyServer, { body, headers }: Case): Promise<object> {
  return new Promise((resolve, reject) => {
    const options = { method: 'POST', headers: { ...GOOD, ...headers } };
    const sent = request(new URL('/graphql', url), options, async (response) => {
      const text = Buffer.concat(await response.toArray()).toString();
      const names = response.rawHeaders.filter((_, at) => at % 2 === 0);
      const told = names.map((name) => toldHeader(name, response.headers[name.toLowerCase()]));
      resolve({ status: response.statusCode, headers: told, text: withoutTime(text) });
    });
    sent.on('error', reject).end(JSON.stringify(body));
  });
}

/** A header but for the moment it was sent at. */
function toldHeader(name: string, value: unknown): [string, string] {
  return [
    name,
    ['date', 'ratelimit-reset', 'content-length'].includes(name.toLowerCase()) ? '' : withoutTime(String(value)),
  ];
}

/** Text but for how many seconds a window has left. */
function withoutTime(text: string): string {
  return text.replace(/"resetSeconds":\d+|;t=\d+/g, '');
}

test.each(Object.entries(cases))('%s: the same answer on both ways', async (_name, asked) => {
  for (let time = 0; time < 5; time += 1) {
    const before = quick.quick;
    const answers = await Promise.all([send(quick, asked), send(plain, asked)]);
    expect(answers[0]).toEqual(answers[1]);
    if (time > 0) expect(quick.quick - before).toBe(asked.isQuick ? 1 : 0);
  }
});

test('and both ways say the same in the log', () => {
  expect(quick.log.map(withoutTimes)).toEqual(plain.log.map(withoutTimes));
});

function withoutTimes(line: string): unknown {
  const { time: _time, tookMs: _took, err: _err, ...rest } = JSON.parse(line) as Record<string, unknown>;
  return rest;
}
