import 'reflect-metadata';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { type ExecutionResult, execute, type GraphQLObjectType, type GraphQLSchema, parse } from 'graphql';
import {
  buildSchema,
  Field,
  FieldResolver,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  Root,
  Subscription,
} from 'type-graphql';
import { Allow } from '../../../src/access/allow.decorator.js';
import { anyoneMayRun, authorise, permissionsOf } from '../../../src/access/document-rules.js';
import { applyFieldRules, withheldFields } from '../../../src/access/field-rules.js';
import type { Permission } from '../../../src/access/permissions.js';

@ObjectType({ simpleResolvers: true })
class Person {
  @Field(() => String)
  id!: string;
}

@Resolver(() => Person)
class PersonResolver {
  @Allow('profiles:read')
  @Query(() => Person)
  person(): Person {
    return { id: 'one' };
  }

  @Allow('audit:read')
  @Query(() => String)
  log(): string {
    return 'log';
  }

  @Allow('identities:write')
  @Mutation(() => String)
  merge(): string {
    return 'merged';
  }

  @Allow('events:read')
  @Subscription(() => String, { topics: 'ticks' })
  ticks(): string {
    return 'tick';
  }

  @Allow('segments:read')
  @FieldResolver(() => [String], { nullable: true })
  segments(@Root() person: Person): string[] {
    return [`${person.id}'s`];
  }

  @Allow('recommendations:read')
  @FieldResolver(() => [String])
  advice(): string[] {
    return ['buy'];
  }
}

const options = {
  validate: false,
  container: { get: () => new PersonResolver() },
  pubSub: { publish: () => undefined, subscribe: async function* () {} },
} as const;
let schema: GraphQLSchema;
beforeAll(async () => {
  schema = await buildSchema({ ...options, resolvers: [PersonResolver] });
  applyFieldRules(schema);
});

const accessTo = (...allowed: Permission[]) => ({
  access: { may: (permission: Permission) => allowed.includes(permission), unseen: new Set<never>() },
});

describe('the permissions of a document', () => {
  test.each<[string, string | undefined, Permission[]]>([
    ['{ person { id } }', undefined, ['profiles:read']],
    ['{ person { id } log }', undefined, ['profiles:read', 'audit:read']],
    ['{ harmless: log }', undefined, ['audit:read']],
    ['{ log @skip(if: true) }', undefined, ['audit:read']],
    ['query ($no: Boolean!) { log @include(if: $no) }', undefined, ['audit:read']],
    ['{ ...A } fragment A on Query { ...B } fragment B on Query { log }', undefined, ['audit:read']],
    ['{ ... on Query { ... { log } } }', undefined, ['audit:read']],
    ['{ ...A } fragment A on Query { ...A log }', undefined, ['audit:read']],
    ['query A { person { id } } query B { log }', 'A', ['profiles:read']],
    ['query A { person { id } } query B { log }', 'B', ['audit:read']],
    ['query IntrospectionQuery { log }', 'IntrospectionQuery', ['audit:read']],
    ['query A { person { id } } query B { log }', 'C', []],
    ['query A { person { id } } query B { log }', undefined, []],
    ['mutation { merge }', undefined, ['identities:write']],
    ['subscription { ticks }', undefined, ['events:read']],
    ['{ __schema { types { name } } __type(name: "Person") { name } __typename }', undefined, []],
  ])('%s (%s) needs %j', (text, operationName, permissions) => {
    const document = parse(text);
    expect(permissionsOf(schema, document, operationName)).toEqual(permissions);
    expect(permissionsOf(schema, document, operationName)).toEqual(permissions);
  });

  test('an unknown root field is not let through', () => {
    expect(() => permissionsOf(schema, parse('{ unknown }'))).toThrow('Query.unknown');
  });

  test('a schema without rules is served to nobody', async () => {
    const bare = await buildSchema({ ...options, resolvers: [PersonResolver] });
    expect(() => permissionsOf(bare, parse('{ log }'))).toThrow('applyFieldRules');
  });
});

describe('an operation', () => {
  test('runs where all its root fields are allowed', () => {
    expect(() =>
      authorise(accessTo('profiles:read', 'audit:read'), schema, parse('{ person { id } log }')),
    ).not.toThrow();
  });

  test('is refused as a whole, naming the field, where one of them is not', () => {
    expect(() => authorise(accessTo('profiles:read'), schema, parse('{ person { id } secret: log }'))).toThrow(
      expect.objectContaining({
        code: 'FORBIDDEN',
        message: 'secret: Query.log needs the permission audit:read.',
        details: { path: 'secret', permission: 'audit:read' },
      }),
    );
  });

  test('is judged anew for each caller of a cached document', () => {
    const document = parse('{ log }');
    expect(() => authorise(accessTo('audit:read'), schema, document)).not.toThrow();
    expect(() => authorise(accessTo(), schema, document)).toThrow('audit:read');
  });

  test.each([
    ['{ __typename }', true],
    ['{ a: __typename ... on Query { __typename } }', true],
    ['{ __schema { types { name } } }', false],
    ['query IntrospectionQuery { __schema { types { name } } }', false],
    ['{ __typename person { id } }', false],
    ['mutation { __typename }', false],
    ['query A { __typename } query B { person { id } }', false],
  ])('%s without a token: %s', (text, answered) => {
    const document = parse(text);
    expect(anyoneMayRun(document)).toBe(answered);
    if (answered) expect(() => authorise(undefined, schema, document)).not.toThrow();
    else
      expect(() => authorise(undefined, schema, document)).toThrow(
        expect.objectContaining({ code: 'UNAUTHENTICATED' }),
      );
  });
});

describe('a relation', () => {
  const run = (text: string, ...allowed: Permission[]) =>
    execute({ schema, document: parse(text), contextValue: accessTo(...allowed) }) as Promise<ExecutionResult>;

  test('is answered to whoever may read it', async () => {
    expect(await run('{ person { id segments } }', 'segments:read')).toEqual({
      data: { person: { id: 'one', segments: ["one's"] } },
    });
  });

  test('is null for whoever may not', async () => {
    expect(await run('{ person { id segments } }')).toEqual({ data: { person: { id: 'one', segments: null } } });
  });

  test("that can't be null is refused", async () => {
    const { data, errors } = await run('{ person { advice } }');
    expect(data).toBeNull();
    expect(errors?.[0]?.originalError).toMatchObject({ code: 'FORBIDDEN', details: { path: 'advice' } });
  });

  test('is named among the withheld', () => {
    const person = schema.getType('Person') as GraphQLObjectType;
    expect(withheldFields(person, schema, accessTo('segments:read').access)).toEqual(['advice']);
    expect([...withheldFields(person, schema, accessTo().access)].sort()).toEqual(['advice', 'segments']);
  });

  test('costs plain fields nothing: they keep the default resolver', () => {
    const person = schema.getType('Person') as GraphQLObjectType;
    expect(person.getFields().id?.resolve).toBeUndefined();
  });
});

describe('a resolver method without a rule', () => {
  test('stops the start, by name', async () => {
    @Resolver(() => Person)
    class Forgetful {
      @Query(() => String)
      forgotten(): string {
        return '';
      }

      @FieldResolver(() => String)
      lapse(): string {
        return '';
      }
    }
    const lax = await buildSchema({ ...options, resolvers: [PersonResolver, Forgetful] });
    expect(() => applyFieldRules(lax)).toThrow(
      'Resolver methods without @Allow: Forgetful.forgotten (Query.forgotten), Forgetful.lapse (Person.lapse).',
    );
  });
});
