import { describe, expect, test } from '@jest/globals';
import { buildSchema } from 'graphql';
import { checkDocument } from '../../../src/documents/document-check.js';
import { checkedHashes, hashIn, sha256Of, textIn, textsByHash } from '../../../src/documents/trusted-document.rules.js';

const HASH = sha256Of('{ a }');
const schema = buildSchema('type Query { a(text: String): Int }');

test('a hash is the SHA-256 of the text, hexadecimal', () => {
  expect(sha256Of('')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855');
});

test.each([
  [{ query: '{ a }' }, '{ a }', undefined],
  [{ query: '', extensions: { persistedQuery: { version: 1, sha256Hash: HASH } } }, undefined, HASH],
  [{ extensions: JSON.stringify({ persistedQuery: { sha256Hash: HASH } }) }, undefined, HASH],
  [{ query: '{ a }', extensions: '{' }, '{ a }', undefined],
  [{ query: ['{ a }'], extensions: [] }, undefined, undefined],
  [{ extensions: { persistedQuery: { sha256Hash: { $ne: '' } } } }, undefined, undefined],
  [{ extensions: { persistedQuery: null } }, undefined, undefined],
])('what a request says of its document: %j', (asked, text, hash) => {
  expect([textIn(asked), hashIn(asked)]).toEqual([text, hash]);
});

describe('what is registered', () => {
  test.each<[string, () => unknown]>([
    ['documents', () => textsByHash([])],
    ['documents', () => textsByHash(Array.from({ length: 101 }, (_, n) => `{ a${n} }`))],
    ['documents[1]', () => textsByHash(['{ a }', ''])],
    ['documents[0]', () => textsByHash(['语'.repeat(11_000)])],
    ['sha256', () => checkedHashes([])],
    ['sha256[1]', () => checkedHashes([HASH, HASH.toUpperCase()])],
    ['documents[0]', () => checkDocument(schema, '{ a', 'documents[0]')],
    ['documents[0]', () => checkDocument(schema, '{ b }', 'documents[0]')],
    ['documents[0]', () => checkDocument(schema, 'fragment F on Query { a }', 'documents[0]')],
    ['documents[0]', () => checkDocument(schema, '{ a(text: "+8613812341234") }', 'documents[0]')],
  ])('with a fault at %s is refused', (path, check) => {
    expect(check).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT', details: { path } }));
  });

  test('that holds more than any document may is too complex', () => {
    const flood = `{ ${Array.from({ length: 1_100 }, (_, n) => `a${n}: a`).join(' ')} }`;
    expect(() => checkDocument(schema, flood, 'documents[0]')).toThrow(
      expect.objectContaining({ code: 'QUERY_TOO_COMPLEX' }),
    );
  });

  test('is each document once', () => {
    expect([...textsByHash(['{ a }', '{ a }', '{ b }']).keys()]).toEqual([HASH, sha256Of('{ b }')]);
    expect(checkedHashes([HASH, HASH])).toEqual([HASH]);
  });
});
