import { describe, expect, test } from '@jest/globals';
import { customTraitProtection, propertyProtection } from '../../../src/channels/personal-names.js';

const HIDDEN = { sensitivity: 'CORE', mask: 'hidden' };

describe('a custom trait', () => {
  test.each(['nickname', 'realName', 'first_name', 'id-no', '收货人', 'wechat_id'])(
    'called %s tells of a person',
    (name) => {
      expect(customTraitProtection(name, 'anything')).toEqual(HIDDEN);
    },
  );

  test.each(['plan', 'loyaltyTier', 'favouriteColour', 'toString'])('called %s does not', (name) => {
    expect(customTraitProtection(name, 'gold')).toBeUndefined();
  });

  test('of any name does where its value holds a phone', () => {
    expect(customTraitProtection('note', 'call 13912345678')).toEqual(HIDDEN);
  });
});

describe('a property', () => {
  test.each([
    ['receiver', '林晓'],
    ['shipping_address', { name: '林晓', street: '文三路 1 号' }],
    ['order', { lines: [{ recipient: '林晓' }] }],
  ])('%s %j tells of a person', (name, value) => {
    expect(propertyProtection(name, value)).toEqual(HIDDEN);
  });

  test.each([
    ['name', 'Oolong tea'],
    ['products', [{ sku: 'SKU-1', name: 'Oolong tea', price: 12 }]],
  ])('%s %j does not', (name, value) => {
    expect(propertyProtection(name, value)).toBeUndefined();
  });
});
