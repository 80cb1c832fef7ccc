import { describe, expect, test } from '@jest/globals';
import { changeSettings, DEFAULT_SETTINGS, isTenantId, withDefaults } from '../../../src/tenants/tenant.rules.js';

const CHANNELS = ['WEB', 'CRM'];
const change = (settings: Record<string, unknown>, chosen = {}) => changeSettings(chosen, settings, CHANNELS);

describe('the name of a tenant', () => {
  test.each(['demo', 'a', '0', 'acme-cn', 'a'.repeat(31)])('%s will do', (name) => {
    expect(isTenantId(name)).toBe(true);
  });
  test.each(['', '-a', 'A', 'a:b', 'a_b', 'a b', 'a'.repeat(32), 'platform', 'a\n', '租户'])('%j will not', (name) => {
    expect(isTenantId(name)).toBe(false);
  });
});

describe('settings', () => {
  test('have a default for every key', () => {
    expect(withDefaults({})).toEqual({
      timeZone: 'Asia/Shanghai',
      currency: 'CNY',
      defaultRegion: 'CN',
      requiredTraits: ['name', 'phone', 'gender', 'birthday', 'city'],
      sourcePriorities: {},
      blockedIdentifiers: [],
      identifierRules: {},
      sharedByMost: 5,
      matchModel: null,
      matchThresholds: { link: 0.9, review: 0.5 },
      suite: 'AES_GCM_SHA256',
      sealImportant: false,
      consentDefaults: {},
      privacyBudget: { tenant: 50, caller: 10 },
      smallestCell: 10,
      trafficSources: {},
      loyalty: null,
      lifecycle: {},
      rfm: {},
      retention: {},
      contactCare: {},
      trustedDocumentsOnly: false,
    });
  });

  test('given keys replace, the others stay, null goes back to the default', () => {
    const first = change({ currency: 'USD', sourcePriorities: { WEB: 10 } });
    expect(first).toEqual({ currency: 'USD', sourcePriorities: { WEB: 10 } });
    const second = change({ sourcePriorities: { CRM: 90 }, currency: null, sealImportant: true }, first);
    expect(second).toEqual({ sourcePriorities: { CRM: 90 }, sealImportant: true });
    expect(withDefaults(second)).toEqual({ ...DEFAULT_SETTINGS, sourcePriorities: { CRM: 90 }, sealImportant: true });
  });

  test('what is blocked may be a pattern', () => {
    const blockedIdentifiers = ['test*@*', '1380013800*', '*@example.com', '***abc', 'plain'];
    expect(change({ blockedIdentifiers })).toEqual({ blockedIdentifiers });
  });

  test('a change of nothing is valid', () => {
    expect(change({}, { currency: 'USD' })).toEqual({ currency: 'USD' });
  });

  test.each<[string, Record<string, unknown>]>([
    ['settings.colour', { colour: 'red' }],
    ['settings.timeZone', { timeZone: 'Mars/Olympus' }],
    ['settings.timeZone', { timeZone: '' }],
    ['settings.timeZone', { timeZone: 8 }],
    ['settings.currency', { currency: 'RMB' }],
    ['settings.currency', { currency: 'cny' }],
    ['settings.defaultRegion', { defaultRegion: 'China' }],
    ['settings.defaultRegion', { defaultRegion: 'XQ' }],
    ['settings.requiredTraits', { requiredTraits: 'name' }],
    ['settings.requiredTraits[1]', { requiredTraits: ['name', '$where'] }],
    ['settings.sourcePriorities.FAX', { sourcePriorities: { FAX: 1 } }],
    ['settings.sourcePriorities.WEB', { sourcePriorities: { WEB: 101 } }],
    ['settings.sourcePriorities.WEB', { sourcePriorities: { WEB: 1.5 } }],
    ['settings.sourcePriorities', { sourcePriorities: [] }],
    ['settings.blockedIdentifiers[0]', { blockedIdentifiers: [' '] }],
    ['settings.blockedIdentifiers[1]', { blockedIdentifiers: ['kiosk-*', '**'] }],
    ['settings.blockedIdentifiers[2]', { blockedIdentifiers: ['a*bc', 'test*@*', '*1*2*'] }],
    ['settings.blockedIdentifiers[0]', { blockedIdentifiers: ['＊ab'] }],
    ['settings.sealImportant', { sealImportant: 'yes' }],
    ['settings.__proto__', JSON.parse('{"__proto__": {"sealImportant": true}}')],
    ['settings.constructor', { constructor: {} }],
    ['settings.lifecycle.silentDays', { lifecycle: { silentDays: -1 } }],
    ['settings.lifecycle.churnedDays', { lifecycle: { churnedDays: 10 } }],
    ['settings.lifecycle.moves[0].to', { lifecycle: { moves: [{ events: ['a'], to: 'RETENSION' }] } }],
    ['settings.lifecycle.moves[0].events[0]', { lifecycle: { moves: [{ events: ['*'], to: 'CHURN' }] } }],
    ['settings.lifecycle.stages', { lifecycle: { stages: [] } }],
    ['settings.rfm.orderEvents', { rfm: { orderEvents: [] } }],
    ['settings.rfm.tiers[0].r', { rfm: { tiers: [{ key: 'A', r: { min: 4, max: 2 } }] } }],
    ['settings.rfm.tiers[0].m.max', { rfm: { tiers: [{ key: 'A', m: { max: 6 } }] } }],
    ['settings.rfm.highTier', { rfm: { tiers: [{ key: 'A' }] } }],
    ['settings.rfm.baseAfterMonths', { rfm: { baseAfterMonths: 0 } }],
  ])('a fault is named: %s', (path, settings) => {
    expect(() => change(settings)).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', details: expect.objectContaining({ path }) }),
    );
  });

  test('every fault of a change is listed', () => {
    expect(() => change({ currency: 'RMB', sealImportant: 1 })).toThrow(
      expect.objectContaining({
        details: expect.objectContaining({
          faults: [
            expect.objectContaining({ path: 'settings.currency' }),
            expect.objectContaining({ path: 'settings.sealImportant' }),
          ],
        }),
      }),
    );
  });
});
