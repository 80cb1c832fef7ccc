import { describe, expect, test } from '@jest/globals';
import { Channel } from '../../../src/channels/channel.js';
import { IdentifierType } from '../../../src/channels/identifier-type.js';
import { BlockedValues } from '../../../src/ingestion/blocked-values.rules.js';
import {
  accountIdentifierOf,
  type IdentifierRules,
  identityOf,
  readIdentifiers,
  scopeIn,
} from '../../../src/ingestion/identifiers.rules.js';

const blocked = new BlockedValues(['u-blocked', 'kiosk-*'], 'CN');
const rules: IdentifierRules = { region: 'CN', blocked, defaultNamespace: null };
const readOne = (given: unknown, also: Partial<IdentifierRules> = {}) => {
  const read = readIdentifiers([given], { ...rules, ...also });
  return Array.isArray(read) ? read[0] : read;
};

describe('an identifier', () => {
  test.each<[object, object]>([
    [
      { type: 'PHONE', value: '139 1234 5678' },
      { value: '+8613912345678', namespace: null, linking: true },
    ],
    [
      { type: 'PHONE', value: 13912345678, namespace: 'crm' },
      { value: '+8613912345678', namespace: null },
    ],
    [
      { type: 'EMAIL', value: 'Wang@Shop.cn' },
      { value: 'wang@shop.cn', linking: true },
    ],
    [
      { type: 'USER_ID', value: '  ｕ－１ ' },
      { value: 'u-1', linking: true },
    ],
    [{ type: 'USER_ID', value: 42 }, { value: '42' }],
    [
      { type: 'OPEN_ID', value: 'oAbC', namespace: ' wx1 ' },
      { value: 'oAbC', namespace: 'wx1' },
    ],
    [{ type: 'OPEN_ID', value: 'oAbC', namespace: '' }, { namespace: null }],
    [{ type: 'DEVICE_ID', value: 'd1', namespace: 'x' }, { namespace: null }],
    [
      { type: 'USER_ID', value: 'null' },
      { value: 'null', linking: false },
    ],
    [
      { type: 'PHONE', value: '13800138000' },
      { value: '+8613800138000', linking: false },
    ],
    [{ type: 'USER_ID', value: 'u-blocked' }, { linking: false }],
    [
      { type: 'DEVICE_ID', value: 'Kiosk-7' },
      { value: 'Kiosk-7', linking: false },
    ],
  ])('%j', (given, expected) => {
    expect(readOne(given)).toMatchObject(expected);
  });

  test("the door's namespace stands where a scoped one names none", () => {
    expect(readOne({ type: 'OPEN_ID', value: 'o1' }, { defaultNamespace: 'shop' })).toMatchObject({
      namespace: 'shop',
    });
    expect(readOne({ type: 'OPEN_ID', value: 'o1', namespace: 'n' }, { defaultNamespace: 'shop' })).toMatchObject({
      namespace: 'n',
    });
    expect(readOne({ type: 'EMAIL', value: 'a1@shop.cn' }, { defaultNamespace: 'shop' })).toMatchObject({
      namespace: null,
    });
  });

  test.each<[unknown, string]>([
    ['text', 'identifiers[0]'],
    [null, 'identifiers[0]'],
    [{ type: 'FAX', value: '1' }, 'identifiers[0].type'],
    [{ type: 'constructor', value: '1' }, 'identifiers[0].type'],
    [{ value: '1' }, 'identifiers[0].type'],
    [{ type: 'PHONE', value: '123' }, 'identifiers[0].value'],
    [{ type: 'EMAIL', value: 'nobody' }, 'identifiers[0].value'],
    [{ type: 'USER_ID', value: ' \u200b ' }, 'identifiers[0].value'],
    [{ type: 'USER_ID', value: 'x'.repeat(513) }, 'identifiers[0].value'],
    [{ type: 'USER_ID', value: 1.5 }, 'identifiers[0].value'],
    [{ type: 'USER_ID', value: {} }, 'identifiers[0].value'],
    [{ type: 'USER_ID', value: 'u1', namespace: 7 }, 'identifiers[0].namespace'],
  ])('%j is refused', (given, path) => {
    expect(readOne(given)).toMatchObject({ code: 'INVALID_IDENTIFIER', path });
  });
});

describe('a list of identifiers', () => {
  test.each<[string, unknown]>([
    ['no list', { type: 'USER_ID', value: 'u1' }],
    ['nothing', undefined],
    ['51', Array(51).fill({ type: 'USER_ID', value: 'u1' })],
  ])('%s is refused', (_, given) => {
    expect(readIdentifiers(given, rules)).toMatchObject({ code: 'INVALID_IDENTIFIER', path: 'identifiers' });
  });

  test('names its first fault', () => {
    const given = [{ type: 'USER_ID', value: 'u1' }, { type: 'FAX' }, { type: 'PHONE', value: 'x' }];
    expect(readIdentifiers(given, rules)).toMatchObject({ path: 'identifiers[1].type' });
  });

  test('holds each once', () => {
    const given = ['13912345678', '+86 139 1234 5678'].map((value) => ({ type: 'PHONE', value }));
    expect(readIdentifiers(given, rules)).toHaveLength(1);
  });
});

describe('the identifier an account is known by', () => {
  const id = (type: IdentifierType, value: string, linking = true) => ({ type, namespace: null, value, linking });
  const phone = id(IdentifierType.PHONE, '+8613912345678');
  const user = id(IdentifierType.USER_ID, 'u1');

  test.each([
    ['a user id goes before a phone', [phone, user], user],
    ['an open id goes first', [user, id(IdentifierType.OPEN_ID, 'o1')], id(IdentifierType.OPEN_ID, 'o1')],
    ['of one type the first given', [id(IdentifierType.USER_ID, 'u2'), user], id(IdentifierType.USER_ID, 'u2')],
    ['junk is passed over', [id(IdentifierType.USER_ID, 'null', false), phone], phone],
    ['junk alone is none', [id(IdentifierType.USER_ID, 'null', false)], undefined],
    ['none', [], undefined],
  ])('%s', (_, given, expected) => {
    expect(accountIdentifierOf(given)).toEqual(expected);
  });

  test('a namespace, a type and a value run into no other', () => {
    const keys = [id(IdentifierType.USER_ID, 'ab'), { ...id(IdentifierType.USER_ID, 'b'), namespace: 'a' }].map(
      identityOf,
    );
    expect(new Set(keys).size).toBe(2);
  });
});

describe('the scope of an identifier', () => {
  test.each([
    ['CUSTOM', null, 'channel CRM'],
    ['OPEN_ID', null, 'channel CRM'],
    ['CUSTOM', 'household', 'household'],
    ['USER_ID', null, ''],
    ['PHONE', null, ''],
  ] as const)('%s of namespace %s is %j', (type, namespace, scope) => {
    expect(scopeIn(Channel.CRM, { type: IdentifierType[type], namespace })).toBe(scope);
  });
});
