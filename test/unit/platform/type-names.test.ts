import { expect, test } from '@jest/globals';
import { type GraphQLInterfaceType, type GraphQLSchema, isInterfaceType } from 'graphql';
import { schemaWithoutServices } from '../../support/product-schema.js';

const nameOf = (schema: GraphQLSchema, type: GraphQLInterfaceType, value: unknown) =>
  type.resolveType?.(value, {}, { schema } as never, type);

test('the types of interfaces are named at once, and nothing that is given makes that throw', async () => {
  const schema = await schemaWithoutServices();
  const node = schema.getType('Node') as GraphQLInterfaceType;
  const account = schema.getType('ChannelAccount') as GraphQLInterfaceType;
  expect(nameOf(schema, node, { id: 'prf_01HV0000000000000000000000' })).toBe('Profile');
  expect(nameOf(schema, account, { channel: 'CRM' })).toBe('CrmAccount');
  const interfaces = Object.values(schema.getTypeMap()).filter(isInterfaceType);
  for (const type of interfaces) {
    for (const value of [null, 1, {}, { id: 7 }, { channel: 'FAX' }])
      expect(nameOf(schema, type, value)).toBeUndefined();
  }
});
