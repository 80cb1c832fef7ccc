import 'reflect-metadata';
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type GraphQLSchema, isObjectType, parse, validate } from 'graphql';
import { applyFieldRules } from '../../../src/access/field-rules.js';
import { FIELD_COSTS } from '../../../src/serving/field-costs.js';
import { QueryCost } from '../../../src/serving/query-cost.js';
import { schemaWithoutServices } from '../../support/product-schema.js';

let schema: GraphQLSchema;
let costs: QueryCost;
beforeAll(async () => {
  schema = await schemaWithoutServices();
  applyFieldRules(schema);
  costs = new QueryCost(schema);
});

function costOf(query: string, variables: Record<string, unknown> = {}, operationName?: string): number {
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  return costs.of(document, operationName, variables);
}

test('each exception names a field of the schema, and its list argument where it has one', () => {
  for (const [name, { size }] of Object.entries(FIELD_COSTS)) {
    const [typeName = '', fieldName = ''] = name.split('.');
    const type = schema.getType(typeName);
    const field = isObjectType(type) ? type.getFields()[fieldName] : undefined;
    expect([name, field?.name]).toEqual([name, fieldName]);
    if (typeof size === 'string') expect(field?.args.map((one) => one.name)).toContain(size);
  }
});

describe('the cost of', () => {
  test.each<[string, string, number, Record<string, unknown>?]>([
    ['nothing', '{ __typename }', 1],
    ['one object', '{ viewer { subject } }', 1],
    ['values, which are free', '{ viewer { subject roles permissions } }', 1],
    ['an object twice', '{ a: profile(id: "1") { id } b: profile(id: "1") { id } }', 2],
    // 1 for the profile, 10 identifiers of 0.1
    ['parts of a document', '{ profile(id: "1") { id identifiers { value } } }', 2],
    // 5 for the search, 1 for the page, 20 profiles
    ['a page by the default', '{ profiles { edges { node { id } } } }', 26],
    ['a page by a literal', '{ profiles(first: 50) { edges { node { id } } } }', 56],
    ['a page larger than any', '{ profiles(first: 5000) { edges { node { id } } } }', 106],
    ['a page that is negative', '{ profiles(first: -5) { edges { node { id } } } }', 7],
    [
      'a page and its count',
      '{ profiles(first: 50) { totalCount edges { cursor node { id } } pageInfo { endCursor } } }',
      76,
    ],
    ['a page by a variable', 'query ($n: Int) { profiles(first: $n) { edges { node { id } } } }', 36, { n: 30 }],
    ["a page by a variable's default", 'query ($n: Int = 40) { profiles(first: $n) { edges { node { id } } } }', 46],
    ['a page by a variable that is not given', 'query ($n: Int) { profiles(first: $n) { edges { node { id } } } }', 26],
    [
      'a page by a variable of the wrong type',
      'query ($n: Int) { profiles(first: $n) { edges { node { id } } } }',
      26,
      { n: 'x' },
    ],
    // 6 for the search, and for each of 50: 1, 1 for its events, 20 events
    [
      'pages in pages',
      '{ profiles(first: 50) { edges { node { events(first: 20) { edges { node { id } } } } } } }',
      6 + 50 * 22,
    ],
    ['a list with first', '{ profile(id: "1") { channelAccounts(first: 5) { id } } }', 6],
    ['a list as long as its argument', '{ eventsByMessageId(messageIds: ["a", "b", "c"]) { id } }', 6],
    [
      'a fragment on a page',
      '{ profiles(first: 30) { ...P } } fragment P on ProfileConnection { edges { node { id } } }',
      36,
    ],
    ['a mutation', 'mutation { deleteSegment(id: "1") }', 10],
    ['events in a literal', 'mutation { removeTag(key: "k", profileIds: ["a", "b"]) { changed } }', 12],
    [
      '1,000 events',
      'mutation ($e: [EventInput!]!) { ingest(events: $e) { accepted } }',
      111,
      { e: Array.from({ length: 1_000 }, () => ({})) },
    ],
    ['a subscription, once', 'subscription { eventIngested { event { id } } }', 2],
  ])('%s', (_name, query, expected, variables = {}) => {
    expect(costOf(query, variables)).toBe(expected);
  });

  test('the operation that runs, whichever stands beside it', () => {
    const query = 'query A { viewer { subject } } query B { profiles(first: 50) { edges { node { id } } } }';
    expect([costOf(query, {}, 'A'), costOf(query, {}, 'B')]).toEqual([1, 56]);
  });

  test('an operation named IntrospectionQuery is that of what it asks', () => {
    expect(costOf('query IntrospectionQuery { profiles(first: 50) { edges { node { id } } } }')).toBe(56);
  });

  test('a 360 view is small, and 50 of them are allowed', () => {
    const view = readFileSync('schema/operations/profile-360.graphql', 'utf8');
    const one = costOf(view, { id: '1' });
    expect(one).toBeGreaterThan(50);
    expect(one).toBeLessThan(150);
  });

  test('the same document with other variables is worked out anew, and quickly for a fragment bomb', () => {
    const document = parse('query ($n: Int) { profiles(first: $n) { edges { node { id } } } }');
    expect([10, 20, 10].map((n) => costs.of(document, null, { n }))).toEqual([16, 26, 16]);
    const fragments = Array.from({ length: 60 }, (_, n) => `fragment F${n} on Profile { ...F${n + 1} ...F${n + 1} }`);
    const bomb = `query ($n: Int) { profile(id: "1") { ...F0 } } ${fragments.join(' ')} fragment F60 on Profile { channelAccounts(first: $n) { id } }`;
    const started = performance.now();
    expect(costs.of(parse(bomb), null, { n: 2 })).toBeGreaterThan(2 ** 60);
    expect(performance.now() - started).toBeLessThan(50);
  });
});
