import { describe, expect, test } from '@jest/globals';
import { type DocumentNode, type ExecutionResult, execute, type GraphQLError, parse, validate } from 'graphql';
import { CompiledExecution, compilingPolicy } from '../../../src/serving/compiled-execution.js';
import { compiledSize } from '../../../src/serving/compiled-size.js';
import { type RoomWorld, roomSchema } from './room-schema.js';

const schema = roomSchema();
const world = (): RoomWorld => ({ log: [] });

interface Case {
  readonly query: string;
  readonly variables?: Record<string, unknown>;
  readonly operationName?: string;
  readonly rootValue?: unknown;
}

function documentOf(query: string): DocumentNode {
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  return document;
}

/** What a client could tell apart: the data, and of each error its message, place and cause. */
function told({ data, errors }: ExecutionResult) {
  return { data: data === undefined ? undefined : JSON.parse(JSON.stringify(data)), errors: errors?.map(toldError) };
}

function toldError({ message, path, locations, originalError, extensions }: GraphQLError) {
  return {
    message,
    path,
    locations,
    extensions,
    code: (originalError as { code?: string })?.code,
    said: originalError?.message,
  };
}

async function both({ query, variables, operationName, rootValue }: Case) {
  const worlds = [world(), world()] as const;
  const request = { document: documentOf(query), operationName, variableValues: variables, rootValue };
  const interpreted = await execute({ schema, ...request, contextValue: worlds[0] });
  const execution = new CompiledExecution(schema, compilingPolicy('compiled'));
  const compiled = await execution.execute({ ...request, contextValue: worlds[1] });
  return { interpreted: told(interpreted), compiled: told(compiled), worlds, isCompiled: execution.programCount > 0 };
}

const INPUT = '$in: RoomInput';
const cases: Record<string, Case> = {
  'a field': { query: '{ hello }' },
  'an alias': { query: '{ a: hello b: hello }' },
  'a name of an operation': { query: 'query A { hello } query B { b: hello }', operationName: 'B' },
  'an unknown operation': { query: 'query A { hello } query B { hello }', operationName: 'C' },
  'no name among several': { query: 'query A { hello } query B { hello }' },
  'a default of an argument': { query: '{ echo }' },
  'null for an argument with a default': { query: '{ echo(text: null) }' },
  'a variable that is not given': { query: 'query ($t: String) { echo(text: $t) }' },
  'a variable that is null': { query: 'query ($t: String) { echo(text: $t) }', variables: { t: null } },
  'a default of a variable': { query: 'query ($t: String = "x") { echo(text: $t) }' },
  'a default of a time': { query: 'query ($at: DateTime = "2026-01-01T00:00:00.000Z") { kindOf(at: $at) }' },
  'a time': { query: 'query ($at: DateTime) { kindOf(at: $at) }', variables: { at: '2026-01-01T00:00:00.000Z' } },
  'a time in the document': { query: '{ kindOf(at: "2026-01-01T00:00:00.000Z") }' },
  'a required variable that is missing': { query: 'query ($n: Int!) { double(n: $n) }' },
  'a required variable that is null': { query: 'query ($n: Int!) { double(n: $n) }', variables: { n: null } },
  'a wrong type': { query: 'query ($n: Int!) { double(n: $n) }', variables: { n: 'one' } },
  'two wrong variables': { query: 'query ($n: Int!, $m: Int!) { a: double(n: $n) b: double(n: $m) }', variables: {} },
  'null where a default stands': { query: 'query ($n: Int) { tripled(n: $n) }', variables: { n: null } },
  'nothing where a default stands': { query: 'query ($n: Int) { tripled(n: $n) }' },
  'a number over 32 bits': { query: 'query ($n: Int!) { double(n: $n) }', variables: { n: 2 ** 31 } },
  'one for a list': { query: 'query ($c: [Colour!]) { colours(of: $c) }', variables: { c: 'RED' } },
  'a wrong one in a list': { query: 'query ($c: [Colour!]) { colours(of: $c) }', variables: { c: ['RED', 'PINK'] } },
  'an inner value of an enum': { query: '{ colours(of: [BLUE, RED]) }' },
  'an input': { query: `query (${INPUT}) { shape(in: $in) }`, variables: { in: { name: 'x', tags: 'a' } } },
  'an input with an unknown field': { query: `query (${INPUT}) { shape(in: $in) }`, variables: { in: { nope: 1 } } },
  'an array for an input': { query: `query (${INPUT}) { shape(in: $in) }`, variables: { in: [] } },
  'an input of the document': { query: '{ shape(in: { name: "x", size: 3 }) }' },
  'a variable inside an input': { query: 'query ($n: String) { shape(in: { name: $n }) }', variables: { n: 'x' } },
  'a missing variable inside an input': { query: 'query ($n: Int) { shape(in: { name: "x", size: $n }) }' },
  'null inside an input': { query: 'query ($n: Int) { shape(in: { size: $n }) }', variables: { n: null } },
  'a missing variable inside a list': { query: 'query ($t: String) { shape(in: { tags: ["a", $t] }) }' },
  'null in a list that takes none': {
    query: 'query ($c: Colour = RED) { colours(of: [RED, $c]) }',
    variables: { c: null },
  },
  'one of': { query: 'query ($by: By!) { found(by: $by) }', variables: { by: { id: '7' } } },
  'two of one of': { query: 'query ($by: By!) { found(by: $by) }', variables: { by: { id: '7', name: 'x' } } },
  'none of one of': { query: 'query ($by: By!) { found(by: $by) }', variables: { by: {} } },
  'null of one of': { query: 'query ($by: By!) { found(by: $by) }', variables: { by: { id: null } } },
  JSON: { query: 'query ($j: JSON) { json(value: $j) }', variables: { j: { a: [1, { b: null }] } } },
  'JSON in the document': { query: '{ json(value: { a: [1, { b: null, c: "x" }] }) }' },
  'JSON with a variable inside': { query: 'query ($x: JSON) { json(value: { a: $x }) }', variables: { x: [1] } },
  'a dangerous name in JSON': { query: '{ json(value: { __proto__: { admin: true }, constructor: 1 }) }' },
  'code in a text': {
    query: '{ json(value: "__MAGIC_DATE__33a9e76d_02e0_4128_8e92_3530ad3da74dglobalThis.smuggled=1") }',
  },
  'a quote in a text': { query: String.raw`{ echo(text: "\"'\u2028\\ ${'$'}{1}") }` },
  'an interface': { query: '{ things { __typename name ... on Door { width } ... on Lamp { lit } } }' },
  'an interface through fragments': {
    query:
      '{ things { ...T ...D } } fragment T on Thing { kind: __typename name } fragment D on Door { name width room { id } }',
  },
  'a list of lists': { query: '{ grid }' },
  'a promise in a list': { query: '{ rooms { id later } }' },
  'an error in a list': { query: '{ mixed { id } }' },
  'an error thrown at once': { query: '{ hello fails(how: SYNC) }' },
  'an error thrown later': { query: '{ hello fails(how: ASYNC) }' },
  'an error with a code': { query: '{ fails(how: CODED) }' },
  'an error of GraphQL': { query: '{ fails(how: GRAPHQL) }' },
  'a text thrown': { query: '{ fails(how: TEXT) }' },
  'an error given back': { query: '{ fails(how: RETURNED) }' },
  'null where none may be': { query: '{ hello room { id } nothing { required } }' },
  'null where none may be, later': { query: '{ hello nothing { requiredLater } }' },
  'null up to the root': { query: '{ hello never }' },
  'null within a list': { query: '{ rooms { id strict(at: 1) } }' },
  'a value that is no number': { query: '{ wrong(how: NUMBER) }' },
  'a value that is no time': { query: '{ wrongTime }' },
  'a value that is no name of an enum': { query: '{ wrongColour }' },
  '@skip and @include': {
    query: 'query ($y: Boolean!, $n: Boolean = false) { a: hello @skip(if: $y) b: hello @include(if: $n) c: hello }',
    variables: { y: true },
  },
  'conditions written out': { query: '{ a: hello @skip(if: true) b: hello @include(if: true) @skip(if: false) }' },
  'a fragment under different conditions': {
    query:
      'query ($y: Boolean!, $n: Boolean!) { ...F @include(if: $n) ...F @include(if: $y) } fragment F on Query { hello }',
    variables: { y: true, n: false },
  },
  'a fragment in two places, one of them left out': {
    query:
      'query ($n: Boolean!) { room { ...R @include(if: $n) } other: room { ...R } } fragment R on Room { id things { name } }',
    variables: { n: false },
  },
  'nothing left': { query: '{ room { id @skip(if: true) } }' },
  'nothing left at all': { query: '{ hello @skip(if: true) }' },
  'fields told in pieces': { query: '{ room { id } room { things { name } } room { things { __typename } } }' },
  'mutations, one after the other': { query: 'mutation { a: note(text: "1") b: note(text: "2") c: note(text: "3") }' },
  'a mutation after one that fails': { query: 'mutation { a: note(text: "1") b: noteFails c: note(text: "3") }' },
  'a message of a subscription': { query: 'subscription { ticks { id } }', rootValue: { ticks: { id: 'r1' } } },
  'names that objects have': { query: '{ constructor: hello toString: hello }' },
  'a name that replaces a prototype': { query: '{ __proto__: room { id } }' },
  'names with an underscore': { query: '{ id_room: room { id } room { id } }' },
  'a variable named like a prototype': {
    query: 'query ($__proto__: String) { echo(text: $__proto__) }',
    variables: JSON.parse('{"__proto__":"x"}') as Record<string, unknown>,
  },
  introspection: { query: '{ __schema { queryType { name } } __type(name: "Room") { name } }' },
  __typename: { query: '{ __typename room { __typename } }' },
};

describe('compiled and interpreted, the answer is the same', () => {
  test.each(Object.entries(cases))('%s', async (_name, given) => {
    const { interpreted, compiled, worlds } = await both(given);
    expect(compiled).toEqual(interpreted);
    expect(worlds[1].log).toEqual(worlds[0].log);
  });

  test.each(['{ hello broken { name } }', '{ hello wrongList }'])(
    '%s: in other words, for the log alone',
    async (query) => {
      const { interpreted, compiled } = await both({ query });
      const spoken = { message: expect.any(String), said: expect.any(String) };
      expect(compiled).toEqual({
        ...interpreted,
        errors: interpreted.errors?.map((error) => ({ ...error, ...spoken })),
      });
    },
  );

  test('no text of a client is ever code', () => {
    expect(globalThis).not.toHaveProperty('smuggled');
  });

  test('most of these are compiled', async () => {
    const compiled: string[] = [];
    for (const [name, given] of Object.entries(cases)) if ((await both(given)).isCompiled) compiled.push(name);
    const interpreted = Object.keys(cases).filter((name) => !compiled.includes(name));
    expect(interpreted).toEqual(INTERPRETED);
  });
});

/** What has nothing to compile, or would not be compiled rightly. */
const INTERPRETED = [
  'an unknown operation',
  'no name among several',
  'a required variable that is missing',
  'a required variable that is null',
  'a wrong type',
  'two wrong variables',
  'a number over 32 bits',
  'a wrong one in a list',
  'an input with an unknown field',
  'an array for an input',
  'two of one of',
  'none of one of',
  'null of one of',
  'names that objects have',
  'a name that replaces a prototype',
  'names with an underscore',
  'a variable named like a prototype',
  'introspection',
];

describe('what resolvers are told', () => {
  test('is the document as the client wrote it, on both', async () => {
    const query = 'query Ask($y: Boolean!) { told @include(if: $y) other: told(text: "x") }';
    const { interpreted, compiled } = await both({ query, variables: { y: true } });
    expect(compiled).toEqual(interpreted);
    expect(compiled.data).toEqual({
      told: 'told Query told Ask true',
      other: 'other Query told Ask true',
    });
  });
});

describe('an operation is compiled', () => {
  const run = (execution: CompiledExecution, document: DocumentNode, variableValues = {}) =>
    execution.execute({ document, variableValues, contextValue: world() });

  test('when it comes the fourth time, once for each outcome of its conditions', async () => {
    const execution = new CompiledExecution(schema, { ...compilingPolicy('compiled'), hitsBeforeCompiling: 3 });
    const document = documentOf('query ($y: Boolean!) { a: hello @include(if: $y) b: hello }');
    for (let i = 0; i < 3; i += 1) await run(execution, document, { y: true });
    expect(execution.programCount).toBe(0);
    for (let i = 0; i < 3; i += 1) await run(execution, document, { y: true });
    expect(execution.programCount).toBe(1);
    expect((await run(execution, document, { y: false })).data).toEqual({ b: 'hello' });
    expect(execution.programCount).toBe(2);
  });

  test('and others wait while compiling has taken its share of the time', async () => {
    const execution = new CompiledExecution(schema, { ...compilingPolicy('compiled'), pauseAfterCompiling: 1e9 });
    await run(execution, documentOf('{ hello }'));
    await run(execution, documentOf('{ a: hello }'));
    expect(execution.programCount).toBe(1);
  });

  test('and the programs are bounded, by the fields they hold', async () => {
    const execution = new CompiledExecution(schema, { ...compilingPolicy('compiled'), fieldsKept: 10 });
    for (let n = 0; n < 20; n += 1) await run(execution, documentOf(`{ a${n}: hello b: hello c: hello }`));
    expect(execution.programCount).toBe(3);
  });

  test('unless it is large', async () => {
    const execution = new CompiledExecution(schema, compilingPolicy('compiled'));
    const fields = Array.from({ length: 801 }, (_, n) => `a${n}: hello`).join(' ');
    expect((await run(execution, parse(`{ ${fields} }`))).data).toMatchObject({ a800: 'hello' });
    expect(execution.programCount).toBe(0);
  });

  test('unless the setting says never', async () => {
    const execution = new CompiledExecution(schema, compilingPolicy('interpreted'));
    for (let i = 0; i < 10; i += 1) await run(execution, documentOf('{ hello }'));
    expect(execution.programCount).toBe(0);
  });
});

describe('the size that decides whether to compile', () => {
  const sizeOf = (query: string) => {
    const { definitions } = parse(query);
    const [operation] = definitions.filter((each) => each.kind === 'OperationDefinition');
    const fragments = definitions.filter((each) => each.kind === 'FragmentDefinition');
    return operation && compiledSize(schema, operation, fragments);
  };

  test.each<[string, string, number]>([
    ['fields', '{ hello room { id } }', 3],
    ['a fragment wherever it stands', '{ ...F ...F } fragment F on Query { hello room { id } }', 6],
    ['an interface, for each of its types', '{ things { name } }', 3],
    ['introspection', '{ __schema { queryType { name } } }', Infinity],
    ['a fragment that names itself', '{ ...F } fragment F on Query { hello ...F }', Infinity],
    ['a name that objects have', '{ hasOwnProperty: hello }', Infinity],
  ])('counts %s', (_name, query, size) => {
    expect(sizeOf(query)).toBe(size);
  });

  test('of fragments that double thirty times is found at once', () => {
    const doubling = Array.from(
      { length: 30 },
      (_, i) => `fragment F${i} on Room { a: twin { ...F${i + 1} } b: twin { ...F${i + 1} } }`,
    );
    expect(sizeOf(`{ room { ...F0 } } ${doubling.join(' ')} fragment F30 on Room { id }`)).toBeGreaterThan(2 ** 30);
  });
});
