import { describe, expect, test } from '@jest/globals';
import {
  endOfOverlap,
  expiryOfSuccessor,
  grantOf,
  holdsAt,
  type TokenRequest,
} from '../../../src/access/api-token.rules.js';

const NOW = new Date('2026-03-01T08:00:00.000Z');
const at = (minutes: number) => new Date(NOW.getTime() + minutes * 60_000);
const KNOWN = {
  scopes: ['profiles:read', 'events:write'],
  purposes: ['SERVICE', 'MARKETING'],
  channels: ['WEB', 'APP'],
};
const grant = (request: Partial<TokenRequest>) =>
  grantOf({ name: 'shop', scopes: ['profiles:read'], ...request }, KNOWN, NOW);

describe('what a new token is', () => {
  test('by default: for all purposes, of no channel, without an end', () => {
    expect(grant({ name: ' shop ' })).toEqual({
      name: 'shop',
      scopes: ['profiles:read'],
      purposes: ['SERVICE', 'MARKETING'],
      channel: null,
      namespace: null,
      segmentIds: null,
      profileIds: null,
      expiresAt: null,
    });
  });

  test('a token that ingests has the channel WEB, or the one named', () => {
    expect(grant({ scopes: ['events:write'] }).channel).toBe('WEB');
    expect(grant({ scopes: ['events:write'], channel: 'APP' }).channel).toBe('APP');
  });

  test('confined to nobody at all, where it names none', () => {
    expect(grant({ profileIds: [], segmentIds: [] })).toMatchObject({ profileIds: [], segmentIds: [] });
  });

  test('repeated names count once', () => {
    expect(grant({ scopes: ['profiles:read', 'profiles:read'] }).scopes).toEqual(['profiles:read']);
  });

  test.each<[string, Partial<TokenRequest>]>([
    ['input.name', { name: '  ' }],
    ['input.name', { name: 'x'.repeat(101) }],
    ['input.scopes', { scopes: [] }],
    ['input.scopes', { scopes: ['profiles:read', 'everything'] }],
    ['input.purposes', { purposes: ['FUN'] }],
    ['input.channel', { channel: 'FAX' }],
    ['input.namespace', { namespace: '' }],
    ['input.segmentIds[1]', { segmentIds: ['seg_01HV0000000000000000000000', 'prf_01HV0000000000000000000000'] }],
    ['input.segmentIds', { segmentIds: Array.from({ length: 101 }, () => 'seg_01HV0000000000000000000000') }],
    ['input.profileIds[0]', { profileIds: ['seg_01HV0000000000000000000000'] }],
    ['input.profileIds', { profileIds: Array.from({ length: 101 }, () => 'prf_01HV0000000000000000000000') }],
    ['input.expiresAt', { expiresAt: NOW }],
  ])('a fault is named: %s', (path, request) => {
    expect(() => grant(request)).toThrow(expect.objectContaining({ code: 'BAD_USER_INPUT', details: { path } }));
  });
});

describe('whether a token holds', () => {
  test.each([
    [null, null, true],
    [null, at(1), true],
    [null, NOW, false],
    [null, at(-1), false],
    [at(-1), null, false],
    [at(-1), at(1), false],
  ])('revoked %s, expires %s: %s', (revokedAt, expiresAt, holds) => {
    expect(holdsAt({ revokedAt, expiresAt }, NOW)).toBe(holds);
  });
});

describe('rotation', () => {
  test('ends the old token after the overlap, and no later than it would have ended', () => {
    expect(endOfOverlap({ expiresAt: null }, 60, NOW)).toEqual(at(60));
    expect(endOfOverlap({ expiresAt: at(90) }, 60, NOW)).toEqual(at(60));
    expect(endOfOverlap({ expiresAt: at(30) }, 60, NOW)).toEqual(at(30));
    expect(endOfOverlap({ expiresAt: null }, 0, NOW)).toEqual(NOW);
  });

  test.each([-1, 10_081])('an overlap of %d minutes is refused', (minutes) => {
    expect(() => endOfOverlap({ expiresAt: null }, minutes, NOW)).toThrow('overlapMinutes');
  });

  test('gives the successor the lifetime the old one had', () => {
    expect(expiryOfSuccessor({ createdAt: at(-30), expiresAt: at(30) }, NOW)).toEqual(at(60));
    expect(expiryOfSuccessor({ createdAt: at(-30), expiresAt: null }, NOW)).toBeNull();
  });
});
