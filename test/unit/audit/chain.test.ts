import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { type AuditFact, chainFact, readCanonical, startOfChain } from '../../../src/audit/audit-chain.rules.js';
import { canonicalForm, type Json } from '../../../src/audit/canonical-form.rules.js';
import { AES_GCM_SHA256 } from '../../../src/platform/suites/aes-gcm-sha256.js';

const FACT: AuditFact = {
  at: '2026-03-01T08:30:00.000Z',
  actor: 'tester',
  action: 'setTrait',
  subject: 'prf_1',
  outcome: 'OK',
  details: { fields: ['traits.phone'], count: 2 },
};

describe('the canonical form', () => {
  test('is that of the examples in RFC 8785, sections 3.2.2 and 3.2.3', () => {
    const values = {
      numbers: [Number('333333333.33333329'), 1e30, 4.5, 2e-3, 0.000000000000000000000000001],
      string: '€$\u000f\u000aA\'\u0042\u0022\u005c\\"/',
      literals: [null, true, false],
    };
    expect(canonicalForm(values)).toBe(
      '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}',
    );
    const names = { '€': 'Euro Sign', '\r': 'Carriage Return', '\ufb33': 'Hebrew Letter Dalet With Dagesh', 1: 'One' };
    const more = { ...names, '\u{1f600}': 'Emoji: Grinning Face', '\u0080': 'Control', ö: 'Latin Small Letter O' };
    expect(Object.values(JSON.parse(canonicalForm(more)))).toEqual([
      'One',
      'Carriage Return',
      'Control',
      'Latin Small Letter O',
      'Euro Sign',
      'Emoji: Grinning Face',
      'Hebrew Letter Dalet With Dagesh',
    ]);
  });

  test('sorts names that look like numbers as text', () => {
    expect(canonicalForm({ 9: 1, 10: 2, a: { 2: [], 11: {} } })).toBe('{"10":2,"9":1,"a":{"11":{},"2":[]}}');
  });

  test('is refused to what is no JSON', () => {
    for (const value of [Number.NaN, Infinity, '\ud800', { '\ud800': 1 }, () => 1, 1n])
      expect(() => canonicalForm(value as Json)).toThrow(RangeError);
  });
});

describe('the chain', () => {
  test('begins with zeros; each entry holds the hash of the one before, and its hash is SHA-256 of its form', () => {
    const start = startOfChain(AES_GCM_SHA256);
    expect(start).toEqual({ sequence: 0, hash: '0'.repeat(64) });
    const first = chainFact(AES_GCM_SHA256, start, 'acme', FACT);
    const second = chainFact(AES_GCM_SHA256, first, 'acme', { ...FACT, subject: null });
    expect(first).toMatchObject({ sequence: 1, previousHash: start.hash });
    expect(second).toMatchObject({ sequence: 2, previousHash: first.hash });
    expect(first.canonical).toBe(
      `{"action":"setTrait","actor":"tester","at":"2026-03-01T08:30:00.000Z","details":{"count":2,"fields":["traits.phone"]},"outcome":"OK","previousHash":"${'0'.repeat(64)}","sequence":1,"subject":"prf_1","tenant":"acme"}`,
    );
    expect(first.hash).toBe(createHash('sha256').update(first.canonical).digest('hex'));
    expect(readCanonical(second.canonical)).toMatchObject({ sequence: 2, previousHash: first.hash, subject: null });
  });

  test('of another hash function begins with as many zeros as that one has digits', () => {
    const hash = (message: string | Uint8Array) => createHash('sha512').update(message).digest();
    const suite = { ...AES_GCM_SHA256, hash };
    expect(startOfChain(suite).hash).toHaveLength(128);
    expect(chainFact(suite, startOfChain(suite), 'acme', FACT).hash).toHaveLength(128);
  });

  test('a form that is none of an entry is told', () => {
    for (const text of ['', '{}', 'null', '{"sequence":1}', '[1]']) expect(readCanonical(text)).toBeUndefined();
  });
});
