import {
  type GraphQLField,
  type GraphQLInputObjectType,
  type GraphQLInputType,
  type GraphQLNamedType,
  type GraphQLSchema,
  getNamedType,
  isEnumType,
  isInputObjectType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  isRequiredArgument,
  isRequiredInputField,
} from 'graphql';
import { OPERATIONS, type RootName, rootFieldsOf } from './root-fields.js';

const DEEPEST = 3;
const SCALARS: Readonly<Record<string, unknown>> = {
  Int: 1,
  Float: 0.5,
  BigInt: 1,
  Boolean: true,
  DateTime: '2025-01-01T00:00:00.000Z',
  JSONObject: {},
  JSON: 'x',
  String: 'x',
};

/** Texts that are checked against a list before anything else is looked at. */
const NAMED: Readonly<Record<string, string>> = {
  scopes: 'profiles:read',
  'assignModelTag.key': 'model',
  'defineTag.key': 'ruled',
};

/** Where in a field's arguments a text can stand: the names on the way, from the argument down. */
export interface Place {
  readonly root: RootName;
  readonly field: string;
  readonly path: readonly string[];
  readonly isId: boolean;
}

/** Says what an id is filled with where another place is probed, by the name of its argument and of the field. */
export type OwnIds = (name: string, field: string) => string;

/** Every place of a schema where a caller can write an id or any other text. */
export function placesOf(schema: GraphQLSchema): Place[] {
  return (['Query', 'Mutation', 'Subscription'] as const).flatMap((root) =>
    Object.values(rootFieldsOf(schema, root)).flatMap((field) =>
      field.args.flatMap(({ name, type }) =>
        pathsIn(type, [name]).map(({ path, isId }) => ({ root, field: field.name, path, isId })),
      ),
    ),
  );
}

/** A request that writes a text in one place, and what is needed besides; its answer is asked for as far as it is told. */
export function probe(schema: GraphQLSchema, place: Place, text: string, own: OwnIds) {
  const field = rootFieldsOf(schema, place.root)[place.field] as GraphQLField<unknown, unknown>;
  const given = field.args.filter((argument) => isRequiredArgument(argument) || argument.name === place.path[0]);
  const variables = Object.fromEntries(
    given.map(({ name, type }) => [
      name,
      inputOf(type, name, { path: place.path, depth: 0, text, own: (id) => own(id, place.field), field: place.field }),
    ]),
  );
  const declared = given.map(({ name, type }) => `$${name}: ${type}`).join(', ');
  const passed = given.map(({ name }) => `${name}: $${name}`).join(', ');
  const selection = selectionOf(getNamedType(field.type), 0);
  return {
    query: `${OPERATIONS[place.root]} (${declared}) { ${field.name}(${passed})${selection} }`,
    variables,
  };
}

interface Filling {
  readonly path: readonly string[];
  readonly depth: number;
  readonly text: string;
  readonly own: (name: string) => string;
  readonly field: string;
}

function pathsIn(
  type: GraphQLInputType,
  path: readonly string[],
  above: readonly GraphQLNamedType[] = [],
): { path: readonly string[]; isId: boolean }[] {
  const named = getNamedType(type);
  if (isInputObjectType(named)) {
    if (above.filter((one) => one === named).length > 1) return []; // rules hold rules: once is enough
    const within = [...above, named];
    return Object.values(named.getFields()).flatMap((inner) => pathsIn(inner.type, [...path, inner.name], within));
  }
  return named.name === 'ID' || named.name === 'String' ? [{ path, isId: named.name === 'ID' }] : [];
}

function inputOf(type: GraphQLInputType, name: string, filling: Filling): unknown {
  if (isNonNullType(type)) return inputOf(type.ofType, name, filling);
  if (isListType(type)) return [inputOf(type.ofType, name, filling)];
  const isOnPath = filling.path[filling.depth] === name;
  if (isInputObjectType(type)) return objectOf(type, filling, isOnPath);
  if (isOnPath && filling.depth === filling.path.length - 1) return filling.text;
  if (isEnumType(type)) return type.getValues()[0]?.name;
  if (type.name === 'ID') return filling.own(name);
  return NAMED[`${filling.field}.${name}`] ?? NAMED[name] ?? SCALARS[type.name];
}

function objectOf(type: GraphQLInputObjectType, filling: Filling, isOnPath: boolean): Record<string, unknown> {
  const next = isOnPath ? filling.path[filling.depth + 1] : undefined;
  const deeper = isOnPath ? { ...filling, depth: filling.depth + 1 } : { ...filling, path: [] };
  const fields = Object.values(type.getFields()).filter((inner) => isRequiredInputField(inner) || inner.name === next);
  return Object.fromEntries(fields.map((inner) => [inner.name, inputOf(inner.type, inner.name, deeper)]));
}

function selectionOf(type: GraphQLNamedType, depth: number): string {
  if (isLeafType(type)) return '';
  if (!isObjectType(type)) return ' { __typename ... on Node { id } }';
  const fields = Object.values(type.getFields()).filter(({ args }) => depth === 0 || args.length === 0);
  const shown = fields.flatMap((field) => {
    const below = getNamedType(field.type);
    if (field.args.some(isRequiredArgument)) return [];
    if (isLeafType(below)) return [field.name];
    return depth < DEEPEST && isObjectType(below) ? [`${field.name}${selectionOf(below, depth + 1)}`] : [];
  });
  return ` { __typename ${shown.join(' ')} }`;
}
