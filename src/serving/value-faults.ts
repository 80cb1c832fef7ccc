import {
  type ASTNode,
  coerceInputValue,
  type DocumentNode,
  GraphQLError,
  type GraphQLInputType,
  type GraphQLSchema,
  getNamedType,
  getNullableType,
  isEnumType,
  isInputObjectType,
  isInputType,
  isLeafType,
  isListType,
  isNonNullType,
  Kind,
  type OperationDefinitionNode,
  TypeInfo,
  typeFromAST,
  type VariableDefinitionNode,
  visit,
  visitWithTypeInfo,
} from 'graphql';

const MOST_FAULTS = 20;
const MOST_NAMES = 40;
const BAD_USER_INPUT = { extensions: { code: 'BAD_USER_INPUT' } };

/** The nodes that hold a value of the client's. */
const LITERALS: readonly Kind[] = [Kind.INT, Kind.FLOAT, Kind.STRING, Kind.BOOLEAN, Kind.ENUM, Kind.LIST, Kind.OBJECT];

const EXPECTED: Readonly<Record<string, string>> = {
  Boolean: 'must be true or false',
  DateTime: 'must be an instant: ISO 8601 with a time zone, as 2026-03-01T08:30:00.000Z',
  Float: 'must be a number',
  ID: 'must be an id: text or a whole number',
  Int: 'must be a whole number from -2147483648 to 2147483647',
  JSONObject: 'must be a JSON object',
  String: 'must be text',
};

/** One wrong place in the variables of an operation. */
interface VariableFault {
  readonly path: string;
  readonly reason: string;
  readonly node: VariableDefinitionNode;
}

/**
 * What is wrong with the variables of an operation: at most 20 errors that name the place and what it takes. They are
 * made afresh because graphql-js quotes the given value, which may be someone's phone number.
 */
export function variableErrors(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): GraphQLError[] {
  const faults = (operation.variableDefinitions ?? []).flatMap((node) => faultsOf(schema, node, variables));
  if (faults.length === 0) return [new GraphQLError('The variables are malformed.', BAD_USER_INPUT)];
  return faults.slice(0, MOST_FAULTS).map(
    ({ path, reason, node }) =>
      new GraphQLError(`$${path}: ${reason}.`, {
        nodes: node,
        extensions: { code: 'BAD_USER_INPUT', details: { path } },
      }),
  );
}

/** Validation errors without the values written in the document; what a place takes is said instead. */
export function withoutLiterals(
  schema: GraphQLSchema,
  document: DocumentNode,
  errors: readonly GraphQLError[],
): GraphQLError[] {
  const literals = new Set(
    errors.flatMap(({ nodes }) => nodes?.[0] ?? []).filter(({ kind }) => LITERALS.includes(kind)),
  );
  const types = literals.size === 0 ? undefined : typesOfPlaces(schema, document, literals);
  return errors.map((error) => {
    const type = error.nodes?.[0] && types?.get(error.nodes[0]);
    if (!type) return error;
    const reason = isLeafType(getNamedType(type)) ? expected(type) : `must be of type ${type}`;
    // about an object's fields graphql-js names types and fields alone
    if (isInputObjectType(getNamedType(type)) && error.nodes?.[0]?.kind === Kind.OBJECT) return error;
    return new GraphQLError(`A value ${reason}.`, { nodes: error.nodes, extensions: error.extensions });
  });
}

/** A syntax error's text without the value of the token it met. */
export function withoutToken(message: string): string {
  return message.replace(/\b(Int|Float|String|BlockString|Comment) ".*"/s, '$1');
}

function faultsOf(
  schema: GraphQLSchema,
  node: VariableDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): VariableFault[] {
  const name = node.variable.name.value;
  const type = typeFromAST(schema, node.type);
  if (!isInputType(type)) return [];
  if (!Object.hasOwn(variables, name)) {
    const isMissing = isNonNullType(type) && !node.defaultValue;
    return isMissing ? [{ path: name, reason: `is required, of type ${type}`, node }] : [];
  }
  return coercionFaults(type, variables[name]).map(({ path, reason }) => ({ path: name + path, reason, node }));
}

class Enough extends Error {}

function coercionFaults(type: GraphQLInputType, value: unknown): { path: string; reason: string }[] {
  const faults: { path: string; reason: string }[] = [];
  try {
    coerceInputValue(value, type, (keys, invalid, error) => {
      if (faults.length === MOST_FAULTS) throw new Enough();
      faults.push({ path: pathText(keys), reason: reasonOf(typeAt(type, keys), invalid, error) });
    });
  } catch (error) {
    if (!(error instanceof Enough)) throw error;
  }
  return faults;
}

function reasonOf(type: GraphQLInputType | undefined, invalid: unknown, error: GraphQLError): string {
  if (invalid === null || invalid === undefined) return `must not be null, but of type ${type}`;
  if (type && isLeafType(getNamedType(type))) return expected(type);
  // The texts about input objects name types and fields alone; only an unknown field's name comes from the client.
  const namesNoField = /^Field "(?![_A-Za-z]\w{0,63}")/.test(error.message);
  return namesNoField ? 'has a field that its type does not know' : error.message.replace(/\.$/, '');
}

function expected(type: GraphQLInputType): string {
  const named = getNamedType(type);
  if (!isEnumType(named)) return EXPECTED[named.name] ?? `must be a ${named.name}`;
  const names = named.getValues().map((value) => value.name);
  const rest = names.length > MOST_NAMES ? ', ...' : '';
  return `must be one of ${names.slice(0, MOST_NAMES).join(', ')}${rest}`;
}

function typeAt(type: GraphQLInputType, keys: readonly (string | number)[]): GraphQLInputType | undefined {
  return keys.reduce<GraphQLInputType | undefined>((at, key) => at && typeBelow(getNullableType(at), key), type);
}

function typeBelow(owner: GraphQLInputType, key: string | number): GraphQLInputType | undefined {
  if (typeof key === 'number') return isListType(owner) ? owner.ofType : owner;
  return isInputObjectType(owner) ? owner.getFields()[key]?.type : undefined;
}

function pathText(keys: readonly (string | number)[]): string {
  return keys.map((key) => (typeof key === 'number' ? `[${key}]` : `.${key}`)).join('');
}

/** The input type that each of these nodes stands at. */
function typesOfPlaces(
  schema: GraphQLSchema,
  document: DocumentNode,
  nodes: ReadonlySet<ASTNode>,
): Map<ASTNode, GraphQLInputType> {
  const typeInfo = new TypeInfo(schema);
  const found = new Map<ASTNode, GraphQLInputType>();
  const enter = (node: ASTNode): void => {
    const type = nodes.has(node) && typeInfo.getInputType();
    if (type) found.set(node, type);
  };
  visit(document, visitWithTypeInfo(typeInfo, { enter }));
  return found;
}
