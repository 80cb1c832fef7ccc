import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  buildSchema,
  findBreakingChanges,
  findDangerousChanges,
  type GraphQLSchema,
  lexicographicSortSchema,
  printSchema,
  validateSchema,
} from 'graphql';
import { schemaWithoutServices } from '../../support/product-schema.js';

const fileOf = (name: string) => readFileSync(new URL(`../../../schema/${name}`, import.meta.url), 'utf8');
const contract = buildSchema(fileOf('contract.graphql'));

let declared: GraphQLSchema;
beforeAll(async () => {
  declared = await schemaWithoutServices();
});

describe('the emitted schema', () => {
  test('is valid', () => {
    expect(validateSchema(declared)).toEqual([]);
  });

  test('is the committed one', () => {
    expect(`${printSchema(lexicographicSortSchema(declared))}\n`).toBe(fileOf('schema.graphql'));
  });

  test('breaks nothing of the contract', () => {
    expect(findBreakingChanges(contract, declared)).toEqual([]);
  });

  test('departs from the contract in ways that are named alone', () => {
    const allowed = JSON.parse(fileOf('allowed-dangers.json')) as { change: string; reason: string }[];
    const departures = findDangerousChanges(contract, declared).map(({ description }) => description);
    expect(departures.sort()).toEqual(allowed.map(({ change }) => change).sort());
  });
});
