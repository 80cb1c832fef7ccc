import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  type GraphQLSchema,
  type GraphQLType,
  getNamedType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isSpecifiedScalarType,
} from 'graphql';
import { schemaWithoutServices } from '../../support/product-schema.js';

const COUNTS = new Set(['Int', 'Float', 'BigInt']);
const ROOTS = new Set(['Query', 'Mutation', 'Subscription']);

interface Described {
  readonly path: string;
  readonly type?: GraphQLType;
  readonly description?: string | null;
}

let schema: GraphQLSchema;
beforeAll(async () => {
  schema = await schemaWithoutServices();
});

const ownTypes = () =>
  Object.values(schema.getTypeMap()).filter((type) => !type.name.startsWith('__') && !isSpecifiedScalarType(type));

function fields(): Described[] {
  return ownTypes().flatMap((type) => {
    if (!isObjectType(type) && !isInterfaceType(type) && !isInputObjectType(type)) return [];
    return Object.values(type.getFields()).map((field) => ({ ...field, path: `${type.name}.${field.name}` }));
  });
}

function args(): Described[] {
  return ownTypes().flatMap((type) => {
    if (!isObjectType(type) && !isInterfaceType(type)) return [];
    return Object.values(type.getFields()).flatMap((field) =>
      field.args.map((arg) => ({ ...arg, path: `${type.name}.${field.name}(${arg.name})` })),
    );
  });
}

const hasUnit = ({ type }: Described) => type !== undefined && COUNTS.has(getNamedType(type).name);
const isRootField = ({ path }: Described) => ROOTS.has(path.split('.')[0] ?? '');
const undescribed = (all: readonly Described[]) => all.filter((one) => !one.description).map(({ path }) => path);

describe("the schema is the API's manual", () => {
  test('every type is described', () => {
    expect(undescribed(ownTypes().map(({ name, description }) => ({ path: name, description })))).toEqual([]);
  });

  test('every query, mutation and subscription is described', () => {
    expect(undescribed(fields().filter(isRootField))).toEqual([]);
  });

  test('every number says what it counts', () => {
    expect(undescribed(fields().filter(hasUnit))).toEqual([]);
  });

  test('every argument that is a number says what it counts', () => {
    expect(undescribed(args().filter(hasUnit))).toEqual([]);
  });
});
