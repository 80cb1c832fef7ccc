import { beforeAll, describe, expect, test } from '@jest/globals';
import { type ExecutionResult, execute, type GraphQLObjectType, type GraphQLSchema, parse, subscribe } from 'graphql';
import { AppError } from '../../../src/platform/errors.js';
import { NOT_IMPLEMENTED, NULL_PROFILE_FIELDS } from '../../support/not-implemented.js';
import { schemaWithoutServices } from '../../support/product-schema.js';
import { type RootName, rootFieldsOf, smallestDocument } from '../../support/root-fields.js';

const contextValue = {
  tenantId: 'demo',
  requestId: 'test',
  settings: {},
  now: () => new Date(0),
  principal: { kind: 'SYSTEM', tenantId: 'demo', subject: 'test', roles: [], purposes: [] },
  access: { may: () => true, unseen: new Set() },
};

let schema: GraphQLSchema;
beforeAll(async () => {
  schema = await schemaWithoutServices();
});

async function codeOf(root: RootName, name: string): Promise<string | undefined> {
  const request = { schema, document: parse(smallestDocument(schema, root, name)), contextValue };
  const outcome = (await (root === 'Subscription' ? subscribe(request) : execute(request))) as ExecutionResult;
  const cause = outcome.errors?.[0]?.originalError;
  return cause instanceof AppError ? cause.code : undefined;
}

async function notImplementedFieldsOf(root: RootName): Promise<string[]> {
  const names = Object.keys(rootFieldsOf(schema, root)).sort();
  const codes = await Promise.all(names.map((name) => codeOf(root, name)));
  return names.filter((_name, index) => codes[index] === 'NOT_IMPLEMENTED');
}

describe('what is not built yet', () => {
  test.each(['Query', 'Mutation', 'Subscription'] as const)('is the list, of %s', async (root) => {
    expect(await notImplementedFieldsOf(root)).toEqual(NOT_IMPLEMENTED[root]);
  });

  test.each(NULL_PROFILE_FIELDS)('Profile.%s is null', async (name) => {
    const { resolve } = (schema.getType('Profile') as GraphQLObjectType).getFields()[name] ?? {};
    expect(await resolve?.({ id: 'prf_00000000000000000000000000' }, {}, contextValue, {} as never)).toBeNull();
  });
});
