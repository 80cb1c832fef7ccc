import { describe, expect, test } from '@jest/globals';
import { readAuthorization } from '../../../src/access/authorization-header.rules.js';
import type { Principal } from '../../../src/access/principal.js';
import { narrowToPurpose } from '../../../src/access/purpose.rules.js';

const API = `trb_${'aB3-_'.repeat(8)}xyz`;
const basic = (text: string) => `Basic ${Buffer.from(text).toString('base64')}`;

describe('the Authorization header', () => {
  test.each([
    [`Bearer ${API}`, { kind: 'api', token: API }],
    [`bearer  ${API}`, { kind: 'api', token: API }],
    [basic(`${API}:`), { kind: 'api', token: API }],
    [basic(API), { kind: 'api', token: API }],
    ['Bearer aa.bb.cc', { kind: 'user', token: 'aa.bb.cc' }],
    ['Bearer aa.bb.', { kind: 'user', token: 'aa.bb.' }],
  ])('%s holds a token', (header, credential) => {
    expect(readAuthorization(header)).toEqual(credential);
  });

  test.each([
    undefined,
    '',
    'Bearer',
    'Bearer ',
    API,
    'aa.bb.cc',
    `Digest ${API}`,
    `Bearer ${API}x`,
    `Bearer ${API.slice(0, -1)}`,
    `Bearer ${API} x`,
    `Bearer ${API}, Bearer ${API}`,
    'Bearer aa.bb',
    'Bearer aa.bb.cc.dd',
    basic('aa.bb.cc:'),
    basic(`user:${API}`),
    basic(`${API}:password`),
    'Basic %%%',
  ])('%s holds none', (header) => {
    expect(readAuthorization(header)).toBeUndefined();
  });
});

describe('the header Tributary-Purpose', () => {
  const caller: Principal = {
    kind: 'USER',
    tenantId: 'acme',
    subject: 'ada',
    roles: ['VIEWER'],
    purposes: ['SERVICE', 'ANALYTICS'],
  };

  test('narrows a request to one of the purposes of the token', () => {
    expect(narrowToPurpose(caller, 'ANALYTICS')).toEqual({ ...caller, purposes: ['ANALYTICS'] });
    expect(narrowToPurpose(caller, undefined)).toBe(caller);
  });

  test.each(['MARKETING', 'NO_SUCH_PURPOSE', '', 'service'])('is refused where it says %j', (purpose) => {
    expect(() => narrowToPurpose(caller, purpose)).toThrow(expect.objectContaining({ code: 'FORBIDDEN' }));
  });
});
