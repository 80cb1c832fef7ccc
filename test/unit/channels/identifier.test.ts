import { expect, test } from '@jest/globals';
import { isJunkIdentifier } from '../../../src/channels/identifier.rules.js';
import type { IdentifierType } from '../../../src/channels/identifier-type.js';

test.each<[`${IdentifierType}`, string, boolean]>([
  ['USER_ID', 'null', true],
  ['USER_ID', 'NULL', true],
  ['USER_ID', 'undefined', true],
  ['USER_ID', '[object Object]', true],
  ['USER_ID', '游客', true],
  ['USER_ID', '0000', true],
  ['USER_ID', 'aaaaa', true],
  ['USER_ID', '777', false],
  ['USER_ID', 'dd', false],
  ['USER_ID', '(not set)', true],
  ['USER_ID', 'anonymousUser', true],
  ['DEVICE_ID', '02:00:00:00:00:00', true],
  ['DEVICE_ID', '9774d56d682e549c', true],
  ['PHONE', '+8613333333333', true],
  ['PHONE', '+864008008000', true],
  ['EMAIL', 'test+1@qq.com', true],
  ['EMAIL', 'xxx@xxx.com', true],
  ['EMAIL', 'user@shop.cn', true],
  ['USER_ID', '-', true],
  ['DEVICE_ID', '00000000-0000-0000-0000-000000000000', true],
  ['USER_ID', '0', true],
  ['USER_ID', '7', false],
  ['USER_ID', 'x', false],
  ['USER_ID', 'nullius', false],
  ['OPEN_ID', 'oAbCdEf', false],
  ['PHONE', '+8613800138000', true],
  ['PHONE', '+8613912345678', false],
  ['EMAIL', 'test@shop.cn', true],
  ['EMAIL', 'noreply@shop.cn', true],
  ['EMAIL', 'wang@test.com', true],
  ['EMAIL', 'wang@localhost', true],
  ['EMAIL', 'tester@shop.cn', false],
  ['EMAIL', 'wang@testing.cn', false],
])('%s %s: junk is %s', (type, value, isJunk) => {
  expect(isJunkIdentifier(type, value)).toBe(isJunk);
});
