import { expect, test } from '@jest/globals';
import { type MaskName, maskValue } from '../../../src/platform/mask.rules.js';

test.each<[MaskName, unknown, string | null]>([
  ['phone', '+8613912341234', '139****1234'],
  ['phone', '+12024561111', '+12****1111'],
  ['phone', '1234567', '****'],
  ['phone', '', '****'],
  ['email', 'wang@shop.cn', 'w***@shop.cn'],
  ['email', '王@shop.cn', '王***@shop.cn'],
  ['email', '@shop.cn', '****'],
  ['email', 'nobody', '****'],
  ['name', '王芳', '王**'],
  ['name', 'Anna', 'A**'],
  ['name', '\u{1f600}x', '\u{1f600}**'],
  ['name', '', ''],
  ['address', '浙江省杭州市西湖区1号', '浙江省****'],
  ['address', '1 High Street', '****'],
  ['birthday', '1990-01-31', '1990-**-**'],
  ['birthday', 'soon', '****-**-**'],
  ['identifier', 'oAbCdEfGh', 'oA****Gh'],
  ['identifier', 'short', '****'],
  ['hidden', 'anything', null],
  ['phone', 13912341234, null],
  ['name', { first: 'Anna' }, null],
  ['email', null, null],
])('%s of %j shows %j', (mask, value, shown) => {
  expect(maskValue(mask, value)).toBe(shown);
});
