import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isRequiredArgument,
  isRequiredInputField,
  OperationTypeNode,
} from 'graphql';

/** The three roots by the name of their type. */
export const OPERATIONS = {
  Query: OperationTypeNode.QUERY,
  Mutation: OperationTypeNode.MUTATION,
  Subscription: OperationTypeNode.SUBSCRIPTION,
} as const;

export type RootName = keyof typeof OPERATIONS;

const LITERALS: Readonly<Record<string, string>> = {
  ID: '"prf_00000000000000000000000000"',
  Int: '1',
  Float: '1',
  BigInt: '1',
  Boolean: 'true',
  DateTime: '"2025-01-01T00:00:00.000Z"',
  JSONObject: '{}',
};

function literalOf(type: GraphQLInputType): string {
  if (isNonNullType(type)) return literalOf(type.ofType);
  if (isListType(type)) return `[${literalOf(type.ofType)}]`;
  if (isEnumType(type)) return type.getValues()[0]?.name ?? '';
  if (!isInputObjectType(type)) return LITERALS[type.name] ?? '"text"';
  const fields = Object.values(type.getFields()).filter(isRequiredInputField);
  return `{ ${fields.map((field) => `${field.name}: ${literalOf(field.type)}`).join(', ')} }`;
}

function argumentsOf(args: readonly GraphQLArgument[]): string {
  const required = args.filter(isRequiredArgument);
  if (required.length === 0) return '';
  return `(${required.map((argument) => `${argument.name}: ${literalOf(argument.type)}`).join(', ')})`;
}

/** The fields of a root, by name. */
export function rootFieldsOf(schema: GraphQLSchema, root: RootName): Record<string, GraphQLField<unknown, unknown>> {
  return schema.getRootType(OPERATIONS[root])?.getFields() ?? {};
}

/** The smallest valid document that asks for one root field: its required arguments, and nothing of the answer. */
export function smallestDocument(schema: GraphQLSchema, root: RootName, name: string): string {
  const field = rootFieldsOf(schema, root)[name];
  if (!field) throw new Error(`${root}.${name} is not in the schema.`);
  const selection = isLeafType(getNamedType(field.type)) ? '' : ' { __typename }';
  return `${OPERATIONS[root]} { ${name}${argumentsOf(field.args)}${selection} }`;
}
