import { describe, expect, test } from '@jest/globals';
import { Channel } from '../../../src/channels/channel.js';
import { foldAccounts } from '../../../src/profiles/fold.rules.js';
import { assessQuality, isWellFormed } from '../../../src/profiles/quality.rules.js';
import type { ProfileTraits } from '../../../src/profiles/traits.entity.js';
import { account, minute } from '../../support/account-records.js';

const settings = { sourcePriorities: {}, requiredTraits: ['name', 'phone', 'taste'] };
const fact = (trait: string, value: unknown, at: number, accountId = 'a') => ({
  trait,
  value,
  at: minute(at),
  accountId,
});
const web = account('a', { name: 'Anna', city: 'Oslo', phone: '123' }, { custom: { taste: 'tea' }, at: 5 });
const crm = account('b', { name: 'Anna B', phone: '+8613912345678' }, { channel: Channel.CRM, at: 1 });

describe('the golden record', () => {
  test('has per trait the value that survives, from where, and what lost', () => {
    const { traits, provenance, truncated } = foldAccounts([web, crm], [], settings);
    expect(traits).toMatchObject({
      name: 'Anna B',
      city: 'Oslo',
      phone: '+8613912345678',
      email: null,
      custom: { taste: 'tea' },
    });
    expect(truncated).toBe(false);
    expect(provenance.map(({ trait }) => trait).sort()).toEqual(['city', 'name', 'phone', 'taste']);
    expect(provenance.find(({ trait }) => trait === 'name')).toEqual({
      trait: 'name',
      value: 'Anna B',
      channel: 'CRM',
      accountId: 'b',
      observedAt: minute(1),
      rule: 'SOURCE_PRIORITY',
      alternatives: [{ trait: 'name', value: 'Anna', channel: 'WEB', accountId: 'a', observedAt: minute(5) }],
    });
  });

  test('a malformed value never survives, and quality names it', () => {
    const { traits, quality } = foldAccounts([web], [], settings);
    expect(traits.phone).toBeNull();
    expect(quality.issues).toContainEqual(expect.objectContaining({ trait: 'phone', code: 'INVALID', channel: 'WEB' }));
  });

  test('at most five alternatives stand beside a value', () => {
    const many = Array.from({ length: 9 }, (_, at) => account(`a${at}`, { name: `n${at}` }, { at }));
    const [name] = foldAccounts(many, [], settings).provenance;
    expect(name?.alternatives.map(({ value }) => value)).toEqual(['n7', 'n6', 'n5', 'n4', 'n3']);
  });

  test('a custom trait that was cleared is gone', () => {
    const cleared = account('b', {}, { custom: { taste: null }, at: 9 });
    expect(foldAccounts([web, cleared], [], settings).traits.custom).toEqual({});
  });

  test('of nothing is empty', () => {
    const { traits, provenance, quality } = foldAccounts([], [], settings);
    expect(traits).toMatchObject({ name: null, custom: {} });
    expect(provenance).toEqual([]);
    expect(quality).toMatchObject({ completeness: 0, consistency: 1 });
  });
});

describe('a value set by hand', () => {
  test.each<[string, ReturnType<typeof fact>[], string | null, string]>([
    ['goes before all channels', [fact('name', 'Queen', 0)], 'Queen', 'MANUAL'],
    [
      'set later goes before one set earlier',
      [fact('name', 'King', 2), fact('name', 'Queen', 1, 'b')],
      'King',
      'MANUAL',
    ],
    [
      'of one moment: that of the lowest account',
      [fact('name', 'King', 2, 'a'), fact('name', 'Queen', 2, 'b')],
      'King',
      'MANUAL',
    ],
    ['null gives the trait back', [fact('name', 'Queen', 1), fact('name', null, 2, 'b')], 'Anna B', 'SOURCE_PRIORITY'],
    ['after a null counts again', [fact('name', null, 2), fact('name', 'Queen', 3)], 'Queen', 'MANUAL'],
  ])('%s', (_, manual, name, rule) => {
    for (const facts of [manual, [...manual].reverse()]) {
      const { traits, provenance } = foldAccounts([web, crm], facts, settings);
      expect(traits.name).toBe(name);
      expect(provenance.find(({ trait }) => trait === 'name')?.rule).toBe(rule);
    }
  });

  test('may be a custom trait that no channel has', () => {
    expect(foldAccounts([web], [fact('vip', true, 1)], settings).traits.custom).toEqual({ taste: 'tea', vip: true });
  });
});

describe('bounds', () => {
  test('at most 200 custom traits', () => {
    const custom = Object.fromEntries(Array.from({ length: 201 }, (_, n) => [`t${String(n).padStart(3, '0')}`, n]));
    const { traits, truncated } = foldAccounts([account('a', {}, { custom })], [], settings);
    expect([Object.keys(traits.custom).length, truncated]).toEqual([200, true]);
    expect(traits.custom).not.toHaveProperty('t200');
  });

  test('at most 32 kB of custom traits', () => {
    const custom = Object.fromEntries(['a', 'b', 'c', 'd', 'e'].map((name) => [name, 'x'.repeat(8_000)]));
    const { traits, truncated } = foldAccounts([account('a', {}, { custom })], [], settings);
    expect([Object.keys(traits.custom), truncated]).toEqual([['a', 'b', 'c', 'd'], true]);
  });
});

describe('quality', () => {
  const traits = (some: object) => ({ custom: {}, ...some }) as unknown as ProfileTraits;

  test.each<[string, object, string[], number]>([
    ['nothing is required', {}, [], 1],
    ['half of it', { name: 'Anna' }, ['name', 'phone'], 0.5],
    ['a custom trait counts', { custom: { taste: 'tea' } }, ['taste'], 1],
    ['null is none', { name: null }, ['name'], 0],
  ])('completeness: %s', (_, some, required, completeness) => {
    expect(assessQuality(traits(some), [], required).completeness).toBe(completeness);
  });

  test.each<[string, Parameters<typeof assessQuality>[1], number, string[]]>([
    ['one says it', [account('a', { city: 'Oslo' })], 1, []],
    ['both agree but for case', [account('a', { city: 'Oslo' }), account('b', { city: 'OSLO' })], 1, []],
    [
      'they differ',
      [account('a', { city: 'Oslo', name: 'A' }), account('b', { city: 'Rome' })],
      0.5,
      ['INCONSISTENT city'],
    ],
    ['null and malformed values say nothing', [account('a', { city: null, phone: 'x' })], 1, ['INVALID phone']],
  ])('consistency: %s', (_, accounts, consistency, issues) => {
    const quality = assessQuality(traits({}), accounts, []);
    expect(quality.consistency).toBe(consistency);
    expect(quality.issues.map(({ code, trait }) => `${code} ${trait}`)).toEqual(issues);
  });

  test.each<[Parameters<typeof isWellFormed>[0], unknown, boolean]>([
    ['phone', '+8613912345678', true],
    ['phone', '13912345678', false],
    ['email', 'a@b.cn', true],
    ['email', 'nobody', false],
    ['birthday', '1990-01-31', true],
    ['birthday', '1990-02-30', false],
    ['gender', 'FEMALE', true],
    ['gender', 'robot', false],
    ['city', 'Oslo', true],
    ['city', 7, false],
    ['phone', null, true],
  ])('%s %j is well formed: %s', (trait, value, expected) => {
    expect(isWellFormed(trait, value)).toBe(expected);
  });
});
