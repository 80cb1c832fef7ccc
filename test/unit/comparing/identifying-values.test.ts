import { describe, expect, test } from '@jest/globals';
import { likenessOfEmails, parseEmailAddress } from '../../../src/comparing/email-address.rules.js';
import { likenessOfIdentifiers, parseIdentifier } from '../../../src/comparing/identifier-code.rules.js';
import { likenessOfPhones, parsePhoneNumber } from '../../../src/comparing/phone-number.rules.js';

function both<V, L>(read: (text: string) => V | undefined, likeness: (left: V, right: V) => L) {
  return (left: string, right: string) => {
    const [one, other] = [read(left), read(right)];
    if (one === undefined || other === undefined) throw new Error('no value');
    return [likeness(one, other), likeness(other, one)];
  };
}

describe('phones', () => {
  test.each([
    ['13712345698', '13712345698'],
    ['+86 137 1234 5698', '13712345698'],
    ['0086-137-1234-5698', '13712345698'],
    ['86-13712345698', '13712345698'],
    ['１３７１２３４５６９８', '13712345698'],
    ['(+86)13712345698', '13712345698'],
    ['137****5698', '137****5698'],
    ['+44 20 7946 0321', '442079460321'],
  ])('%s', (text, key) => {
    expect(parsePhoneNumber(text)?.key).toBe(key);
  });

  test.each(['', '0', 'null', '-', '12345', '00000000', '11111111111', '13800138000', '1234567890', '13333333333'])(
    'nobody has %j',
    (text) => {
      expect(parsePhoneNumber(text)).toBeUndefined();
    },
  );

  test.each([
    ['13712345698', '+86 13712345698', 'exact'],
    ['13712345698', '137****5698', 'masked'],
    ['13712345698', '13712345688', 'typo'],
    ['13712345698', '13712354698', 'typo'],
    ['13712345698', '1371245698', 'typo'],
    ['13712345698', '137****5690', 'different'],
    ['13712345698', '15998761234', 'different'],
  ])('%s, %s: %s', (left, right, level) => {
    expect(both(parsePhoneNumber, likenessOfPhones)(left, right)).toEqual([level, level]);
  });
});

describe('email addresses', () => {
  test.each(['', 'null', 'n/a', '@x.com', 'x@', 'test@test.com', 'noreply@shop.cn', 'aaa@qq.com', 'acme@acme.com'])(
    'nobody has %j',
    (text) => {
      expect(parseEmailAddress(text)).toBeUndefined();
    },
  );

  test.each([
    ['Li.Qing@Example.org', ' li.qing＠example.org ', 'exact'],
    ['li.qing@example.org', 'li.qing@exmple.org', 'domainTypo'],
    ['li.qing@example.org', 'li.qing@other.net', 'sameLocal'],
    ['li@example.org', 'li@other.net', 'different'],
    ['li.qingzhao@example.org', 'li.qignzhao@example.org', 'typo'],
    ['li.qing@example.org', 'su.shi@example.org', 'different'],
  ])('%s, %s: %s', (left, right, level) => {
    expect(both(parseEmailAddress, likenessOfEmails)(left, right)).toEqual([level, level]);
  });
});

describe('identifiers', () => {
  test.each([
    '',
    'null',
    'undefined',
    'N/A',
    '0',
    '0000',
    '77777777',
    '1234567',
    '00000000-0000-0000-0000-000000000000',
  ])('%j stands for nobody', (text) => {
    expect(parseIdentifier(text)).toBeUndefined();
  });

  test.each([
    ['0004711938', '4711938', 'exact'],
    ['AB-4711-C', 'ab-4711-c', 'exact'],
    ['4711938', '4711983', 'typo'],
    ['4711938', '471193', 'typo'],
    ['4711', '4712', 'different'],
    ['4711938', '9052288', 'different'],
  ])('%s, %s: %s', (left, right, level) => {
    expect(both(parseIdentifier, likenessOfIdentifiers)(left, right)).toEqual([level, level]);
  });

  test('of two scopes have nothing to do with each other', () => {
    const [one, other] = [parseIdentifier('oA77x1', 'shop'), parseIdentifier('oA77x1', 'app')];
    if (!one || !other) throw new Error('no value');
    expect(likenessOfIdentifiers(one, other)).toBeUndefined();
  });
});
