import { describe, expect, test } from '@jest/globals';
import { consentsOf } from '../../../src/ingestion/consent-preferences.rules.js';

const DECIDED = 'Segment Consent Preference Updated';
const told = (categoryPreferences: unknown, more: object = {}) => ({ consent: { categoryPreferences, ...more } });

describe('consents in events', () => {
  test.each<[object, object]>([
    [
      { Advertising: true, analytics: false },
      { MARKETING: true, ANALYTICS: false },
    ],
    [
      { 'Strictly Necessary': true, personalization: true },
      { SERVICE: true, PERSONALISATION: true },
    ],
    [{ DATA_SHARING: true, 'third-parties': true }, { PARTNER_SHARING: true }],
    [{ Marketing: true, Ads: false }, { MARKETING: false }],
    [{ Ads: false, Marketing: true }, { MARKETING: false }],
    [{ Weather: true, C0004: false }, {}],
    [{}, {}],
  ])('%p', (preferences, granted) => {
    const read = consentsOf(DECIDED, told(preferences));
    expect(read && 'granted' in read && Object.fromEntries(read.granted)).toEqual(granted);
  });

  test('are of the version that was shown, where it is told', () => {
    expect(consentsOf(DECIDED, told({}, { policyVersion: '3' }))).toMatchObject({ policyVersion: '3' });
    expect(consentsOf(DECIDED, told({}))).toMatchObject({ policyVersion: 'unstated' });
  });

  test('are told by the decision alone', () => {
    for (const name of ['Product Viewed', 'Identify', DECIDED.toLowerCase()])
      expect(consentsOf(name, told({ Advertising: true }))).toBeUndefined();
  });

  test.each<[string, object]>([
    ['context.consent.categoryPreferences', {}],
    ['context.consent.categoryPreferences', { consent: true }],
    ['context.consent.categoryPreferences', told(null)],
    ['context.consent.categoryPreferences', told([true])],
    ['context.consent.categoryPreferences.Ads', told({ Ads: 1 })],
    ['context.consent.categoryPreferences.Weather', told({ Weather: 'sunny' })],
    ['context.consent.policyVersion', told({}, { policyVersion: 3 })],
    ['context.consent.policyVersion', told({}, { policyVersion: '' })],
    ['context.consent.policyVersion', told({}, { policyVersion: 'x'.repeat(101) })],
  ])('refused at %s: %p', (path, context) => {
    const refused = consentsOf(DECIDED, context as Record<string, unknown>);
    expect(refused).toMatchObject({ code: 'INVALID_CONSENT', path, message: expect.stringContaining(path) });
  });
});
