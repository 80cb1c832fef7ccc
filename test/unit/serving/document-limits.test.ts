import { describe, expect, test } from '@jest/globals';
import { getIntrospectionQuery, parse } from 'graphql';
import { DocumentGuard } from '../../../src/serving/document-guard.js';
import { DOCUMENT_LIMITS, OPERATION_LIMITS, requireWithinLimits } from '../../../src/serving/document-limits.js';

/** The limit that refuses a document and what it was found to have, or `passes`. */
function verdict(query: string, operationName?: string): unknown {
  try {
    requireWithinLimits(parse(query, { noLocation: true }), operationName);
    return 'passes';
  } catch (error) {
    const { code, details } = error as { code: string; details: { limit: string; found: number | null } };
    return [code, details.limit, details.found];
  }
}

const nested = (depth: number): string => (depth === 0 ? '' : `{ a${nested(depth - 1)} }`);
const many = (count: number, text: (n: number) => string) => Array.from({ length: count }, (_, n) => text(n)).join(' ');
const refused = (limit: string, found: number | null) => ['QUERY_TOO_COMPLEX', limit, found];
const { depth, rootFields, aliases, directives, fields } = OPERATION_LIMITS;

describe('each limit refuses one more than it allows', () => {
  test.each<[string, (n: number) => string, number]>([
    ['depth', nested, depth],
    ['rootFields', (n) => `{ ${many(n, (i) => `f${i}`)} }`, rootFields],
    ['aliases', (n) => `{ f { ${many(n, (i) => `a${i}: b`)} } }`, aliases],
    ['directives', (n) => `{ f { ${many(n, (i) => `g${i} @include(if: true)`)} } }`, directives],
    [
      'fields',
      (n) => `{ f { ...F ...F ...F ...F } } fragment F on T { ${many((n - 1) / 4, (i) => `g${i}`)} }`,
      fields + 1,
    ],
    ['definitions', (n) => `{ a } ${many(n - 1, (i) => `fragment F${i} on T { a }`)}`, DOCUMENT_LIMITS.definitions],
    ['selections', (n) => `{ f { ${many(n - 1, () => 'a')} } }`, DOCUMENT_LIMITS.selections],
  ])('%s', (limit, query, most) => {
    const step = limit === 'fields' ? 4 : 1;
    const allowed = limit === 'fields' ? most - step : most;
    expect(verdict(query(allowed))).toBe('passes');
    expect(verdict(query(allowed + step))).toEqual(refused(limit, allowed + step));
  });

  test('inline fragments nested deeper than calls go', () => {
    expect(verdict(`{ ${'... { '.repeat(500)}a${' }'.repeat(500)} }`)).toEqual(refused('nesting', 101));
  });
});

describe('what is counted', () => {
  test('fragments count wherever they are spread, also within others', () => {
    const query = '{ f { ...A } } fragment A on T { a { ...B } ...B } fragment B on T { b { c } }';
    expect(verdict(query)).toBe('passes');
    expect(verdict(`{ ${many(21, () => '...A')} } fragment A on T { a }`)).toEqual(refused('rootFields', 21));
    expect(
      verdict(`{ ${many(11, () => '...A')} } fragment A on T { x: a { ${many(10, (n) => `b${n}: b`)} } }`),
    ).toEqual(refused('aliases', 121));
  });

  test('directives count on operations, variables, spreads and fragments', () => {
    const twenty = many(21, () => '@d');
    const query = `query ($v: Int ${twenty}) ${twenty} { ...F ${twenty} ... ${twenty} { a } } fragment F on T ${twenty} { a }`;
    expect(verdict(query)).toEqual(refused('directives', 105));
  });

  test('the operation that runs is judged, whichever stands beside it', () => {
    const query = `query Small { a } query Deep ${nested(16)}`;
    expect(verdict(query, 'Small')).toBe('passes');
    expect(verdict(query, 'Deep')).toEqual(refused('depth', 16));
    const other = `query Deep ${nested(16)} query Small { a }`;
    expect([verdict(other, 'Small'), verdict(other, 'Deep')]).toEqual(['passes', refused('depth', 16)]);
  });

  test('a flood is refused also where no operation has the name', () => {
    const query = `query A { f { ${many(1_100, () => 'a')} } }`;
    expect(verdict(query, 'B')).toEqual(refused('selections', 1_101));
  });

  test('the standard introspection query passes', () => {
    expect(verdict(getIntrospectionQuery())).toBe('passes');
  });

  test('a fragment that names itself ends', () => {
    expect(verdict('{ ...A } fragment A on T { a { ...B } } fragment B on T { b { ...A } }')).toBe('passes');
  });
});

describe('takes little time for', () => {
  const bomb = `{ ...F0 } ${many(60, (n) => `fragment F${n} on T { ${many(9, () => `...F${n + 1}`)} }`)} fragment F60 on T { a }`;
  test.each([
    ['a fragment bomb', bomb],
    ['fields in a fragment bomb', bomb.replaceAll(/\.\.\.F(\d+) /g, 'f { ...F$1 } ')],
    ['10,000 aliases', `{ ${many(2_400, (n) => `a${n}: b`)} }`],
    ['a flood of directives', `{ a ${many(4_000, () => '@d')} }`],
    ['braces', nested(3_000)],
  ])('%s', (_name, query) => {
    const started = performance.now();
    expect(() => new DocumentGuard().check(query, null)).toThrow(/The document has/);
    expect(performance.now() - started).toBeLessThan(200);
  });

  test('1 MB of tokens, of which the parser reads 10,000', () => {
    const started = performance.now();
    expect(() => new DocumentGuard().check(`{ ${'a '.repeat(500_000)} }`, null)).toThrow(/tokens of more .* 10000/);
    expect(performance.now() - started).toBeLessThan(200);
  });
});

test('a syntax error is left to the parser that answers', () => {
  expect(() => new DocumentGuard().check('{ "tokens', null)).not.toThrow();
});
