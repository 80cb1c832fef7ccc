import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLObjectType,
  type GraphQLSchema,
  isNonNullType,
  isObjectType,
} from 'graphql';
import { getMetadataStorage } from 'type-graphql';
import type { RequestContext } from '../platform/context.js';
import type { AccessDecisions } from './access-decisions.js';
import { forbidden } from './access-errors.js';
import { permissionOf } from './allow.decorator.js';
import { isClosed } from './closed-fields.js';
import type { Permission } from './permissions.js';

/** `Type.field` to the permission it needs. */
export type FieldRules = ReadonlyMap<string, Permission>;

interface ResolverMethod {
  readonly target: object & { readonly name: string };
  readonly methodName: string;
  readonly schemaName: string;
}

const rulesOfSchemas = new WeakMap<GraphQLSchema, FieldRules>();

/**
 * Puts the rules of `@Allow` in force on a schema: relation fields that a caller may not read become null (those that
 * can't be null fail with FORBIDDEN), and `rulesOf` knows the root fields. Resolvers are wrapped once, here and not by a
 * middleware, so that plain fields keep their own and a relation pays one look-up, on any executor.
 * Throws, naming each, where a resolver method or a root field has no rule.
 */
export function applyFieldRules(schema: GraphQLSchema): FieldRules {
  const rules = collectRules();
  requireRootRules(schema, rules);
  for (const type of Object.values(schema.getTypeMap())) {
    if (isObjectType(type) && !rootTypesOf(schema).includes(type)) guardRelations(type, rules);
  }
  rulesOfSchemas.set(schema, rules);
  return rules;
}

/** The rules in force on a schema; a schema without them is served to nobody. */
export function rulesOf(schema: GraphQLSchema): FieldRules {
  const rules = rulesOfSchemas.get(schema);
  if (!rules) throw new Error('applyFieldRules has not been called for this schema.');
  return rules;
}

/** What decisions withhold, by type: decisions are made once for many requests, and never change. */
const withheldBy = new WeakMap<AccessDecisions, Map<GraphQLObjectType, readonly string[]>>();

/** The relation fields of a type that this caller gets as null, for `withheld`. */
export function withheldFields(
  type: GraphQLObjectType,
  schema: GraphQLSchema,
  access: AccessDecisions,
): readonly string[] {
  const known = withheldBy.get(access) ?? new Map<GraphQLObjectType, readonly string[]>();
  withheldBy.set(access, known);
  const found = known.get(type) ?? findWithheld(type, rulesOf(schema), access);
  known.set(type, found);
  return found;
}

function findWithheld(type: GraphQLObjectType, rules: FieldRules, access: AccessDecisions): string[] {
  return Object.keys(type.getFields()).filter((name) => {
    const permission = ruleOfField(type, name, rules);
    return permission !== undefined && !access.may(permission);
  });
}

function collectRules(): FieldRules {
  const { queries, mutations, subscriptions, fieldResolvers } = getMetadataStorage();
  const rules = new Map<string, Permission>();
  const missing: string[] = [];
  const collect = (method: ResolverMethod, typeName: string) => {
    const permission = permissionOf(method.target, method.methodName);
    if (permission) rules.set(`${typeName}.${method.schemaName}`, permission);
    else missing.push(`${method.target.name}.${method.methodName} (${typeName}.${method.schemaName})`);
  };
  for (const method of queries) collect(method, 'Query');
  for (const method of mutations) collect(method, 'Mutation');
  for (const method of subscriptions) collect(method, 'Subscription');
  for (const method of fieldResolvers) collect(method, typeNameOf(method));
  if (missing.length > 0) throw new Error(`Resolver methods without @Allow: ${missing.join(', ')}.`);
  return rules;
}

function typeNameOf(method: ResolverMethod & { readonly kind: 'internal' | 'external' }): string {
  const { resolverClasses, objectTypes, interfaceTypes } = getMetadataStorage();
  const owner: unknown =
    method.kind === 'internal'
      ? method.target
      : resolverClasses.find(({ target }) => target === method.target)?.getObjectType();
  const type = [...objectTypes, ...interfaceTypes].find(({ target }) => target === owner);
  return type?.name ?? method.target.name;
}

function rootTypesOf(schema: GraphQLSchema): GraphQLObjectType[] {
  return [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()].filter((type) => type != null);
}

function requireRootRules(schema: GraphQLSchema, rules: FieldRules): void {
  const fields = rootTypesOf(schema).flatMap((type) =>
    Object.keys(type.getFields()).map((name) => `${type.name}.${name}`),
  );
  const missing = fields.filter((field) => !rules.has(field));
  if (missing.length > 0) throw new Error(`Root fields without a rule: ${missing.join(', ')}.`);
}

function ruleOfField(type: GraphQLObjectType, name: string, rules: FieldRules): Permission | undefined {
  for (const owner of [type, ...type.getInterfaces()]) {
    const permission = rules.get(`${owner.name}.${name}`);
    if (permission) return permission;
  }
  return undefined;
}

function guardRelations(type: GraphQLObjectType, rules: FieldRules): void {
  for (const field of Object.values(type.getFields())) {
    const permission = ruleOfField(type, field.name, rules);
    if (permission) guard(type, field, permission);
  }
}

function guard(type: GraphQLObjectType, field: GraphQLField<unknown, RequestContext>, permission: Permission): void {
  const resolve = field.resolve ?? defaultFieldResolver;
  const refused = isNonNullType(field.type)
    ? () => {
        throw forbidden(field.name, `${type.name}.${field.name}`, permission);
      }
    : () => null;
  field.resolve = (source, args, context, info) =>
    context.access.may(permission) && !isClosed(source, field.name) ? resolve(source, args, context, info) : refused();
}
