import {
  type FieldNode,
  type GraphQLField,
  getNullableType,
  isListType,
  Kind,
  type OperationDefinitionNode,
  type ValueNode,
} from 'graphql';
import { LARGEST_PAGE } from '../platform/page.js';
import type { Amount, Given } from './cost-formula.js';

const USUAL_PAGE = 20;

type Field = GraphQLField<unknown, unknown>;

/** How many items a field with `first` is asked for, 1 to 100: by a literal, a variable, or the defaults. */
export function pageOfField(field: Field, node: FieldNode, operation: OperationDefinitionNode): Amount | undefined {
  const argument = field.args.find(({ name }) => name === 'first');
  if (!argument) return undefined;
  const usual = typeof argument.defaultValue === 'number' ? argument.defaultValue : USUAL_PAGE;
  const given = valueOfArgument(node, 'first');
  if (!given) return usual;
  if (given.kind !== Kind.VARIABLE) return clampedPage(literal(given) ?? usual);
  const name = given.name.value;
  const fallback = literal(defaultOf(operation, name)) ?? usual;
  return ({ variables }) => clampedPage(typeof variables[name] === 'number' ? variables[name] : fallback);
}

/** How many entries the list arguments of a field have in all. */
export function entriesOfLists(field: Field, node: FieldNode, operation: OperationDefinitionNode): Amount {
  const lists = field.args.filter(({ type }) => isListType(getNullableType(type)));
  const lengths = lists.map(({ name }) => lengthOfList(node, name, operation));
  const open = lengths.filter((length) => typeof length === 'function');
  const fixed = lengths.reduce<number>((sum, length) => sum + (typeof length === 'number' ? length : 0), 0);
  return open.length === 0 ? fixed : (given: Given) => open.reduce((sum, length) => sum + length(given), fixed);
}

/** How many entries one list argument has; a single value counts as a list of one, as GraphQL takes it. */
export function lengthOfList(node: FieldNode, argument: string, operation: OperationDefinitionNode): Amount {
  const given = valueOfArgument(node, argument);
  if (!given || given.kind === Kind.NULL) return 0;
  if (given.kind === Kind.LIST) return given.values.length;
  if (given.kind !== Kind.VARIABLE) return 1;
  const name = given.name.value;
  const fallback = defaultOf(operation, name);
  const usual = fallback?.kind === Kind.LIST ? fallback.values.length : 0;
  return ({ variables }) => lengthOf(variables[name], usual);
}

function lengthOf(value: unknown, usual: number): number {
  if (value === undefined) return usual;
  if (value === null) return 0;
  return Array.isArray(value) ? value.length : 1;
}

function valueOfArgument({ arguments: given }: FieldNode, name: string): ValueNode | undefined {
  return given?.find((argument) => argument.name.value === name)?.value;
}

function defaultOf({ variableDefinitions }: OperationDefinitionNode, name: string): ValueNode | undefined {
  return variableDefinitions?.find(({ variable }) => variable.name.value === name)?.defaultValue;
}

function literal(node: ValueNode | undefined): number | undefined {
  return node?.kind === Kind.INT ? Number(node.value) : undefined;
}

/** What is outside is refused where the page is read; here it must not make a cost that is negative or endless. */
function clampedPage(size: number): number {
  return Math.min(Math.max(Math.trunc(size), 1), LARGEST_PAGE) || 1;
}
