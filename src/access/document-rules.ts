import {
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLSchema,
  getOperationAST,
  Kind,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { fragmentsOf } from '../platform/fragments.js';
import { OperationCache } from '../platform/operation-cache.js';
import type { AccessDecisions } from './access-decisions.js';
import { forbidden, unauthenticated } from './access-errors.js';
import { rulesOf } from './field-rules.js';
import type { Permission } from './permissions.js';

/** One root field that an operation selects, and what it takes. */
interface RootDemand {
  /** The name the answer has for it: its alias, where it has one. */
  readonly path: string;
  readonly field: string;
  readonly permission: Permission;
}

const demandsBySchema = new WeakMap<GraphQLSchema, OperationCache<readonly RootDemand[]>>();

/**
 * The permissions that the root fields of the running operation need: through fragments and aliases, and whatever
 * `@skip` or `@include` say. Introspection needs none. Empty where the document has no such operation.
 */
export function permissionsOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName?: string | null,
): Permission[] {
  return [...new Set(demandsOf(schema, document, operationName).map(({ permission }) => permission))];
}

/**
 * Lets a validated document run or throws: FORBIDDEN, naming the first root field that the caller may not use, or
 * UNAUTHENTICATED where there is no caller and the document asks for more than `{ __typename }`.
 */
export function authorise(
  caller: { readonly access: AccessDecisions } | undefined,
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName?: string | null,
): void {
  if (!caller) {
    if (!anyoneMayRun(document, operationName)) throw unauthenticated();
    return;
  }
  const refused = demandsOf(schema, document, operationName).find(({ permission }) => !caller.access.may(permission));
  if (refused) throw forbidden(refused.path, refused.field, refused.permission);
}

/** Whether an operation asks for nothing but the name of the query type: all that is answered without a token. */
export function anyoneMayRun(document: DocumentNode, operationName?: string | null): boolean {
  const operation = getOperationAST(document, operationName);
  return (
    operation?.operation === 'query' &&
    rootFieldsOf(document, operation).every(({ name }) => name.value === '__typename')
  );
}

function demandsOf(
  schema: GraphQLSchema,
  document: DocumentNode,
  operationName?: string | null,
): readonly RootDemand[] {
  const demands =
    demandsBySchema.get(schema) ??
    new OperationCache<readonly RootDemand[]>((read, operation) => readDemands(schema, read, operation));
  demandsBySchema.set(schema, demands);
  return demands.of(document, operationName) ?? [];
}

function readDemands(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): RootDemand[] {
  const rules = rulesOf(schema);
  const typeName = schema.getRootType(operation.operation)?.name ?? operation.operation;
  return rootFieldsOf(document, operation)
    .filter(({ name }) => !name.value.startsWith('__'))
    .map(({ name, alias }) => {
      const field = `${typeName}.${name.value}`;
      const permission = rules.get(field);
      if (!permission) throw new Error(`${field} has no rule.`);
      return { path: (alias ?? name).value, field, permission };
    });
}

/** The root fields of an operation, through fragments. */
export function rootFieldsOf(document: DocumentNode, operation: OperationDefinitionNode): FieldNode[] {
  const fields: FieldNode[] = [];
  collectFields(operation.selectionSet, fragmentsOf(document), fields);
  return fields;
}

/** Collects fields; a fragment once used is dropped from `unused`, so that one that names itself ends. */
function collectFields(set: SelectionSetNode, unused: Map<string, FragmentDefinitionNode>, fields: FieldNode[]): void {
  for (const selection of set.selections) {
    if (selection.kind === Kind.FIELD) fields.push(selection);
    else if (selection.kind === Kind.INLINE_FRAGMENT) collectFields(selection.selectionSet, unused, fields);
    else {
      const fragment = unused.get(selection.name.value);
      unused.delete(selection.name.value);
      if (fragment) collectFields(fragment.selectionSet, unused, fields);
    }
  }
}
