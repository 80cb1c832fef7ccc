import { beforeAll, describe, expect, test } from '@jest/globals';
import { PolicyService } from '../../../src/access/policy.service.js';
import {
  type AskedPolicy,
  changesBetween,
  checkPolicy,
  type PolicyTable,
} from '../../../src/access/tenant-policy.rules.js';

let table: PolicyTable;
beforeAll(async () => {
  table = await (await PolicyService.load()).table();
});

const deny = (subject: string, permission: string) => ({ subject, permission });
const allow = (subject: string, permission: string) => ({ subject, permission, effect: 'ALLOW' as const });
const CALL_CENTRE = { name: 'CALL_CENTRE', inherits: ['STEWARD'] };

describe('a policy', () => {
  test('may take rights from roles, scopes and roles of its own, for a purpose or for all', () => {
    const asked: AskedPolicy = {
      roles: [CALL_CENTRE],
      rules: [
        deny('MARKETER', 'profiles:lookup'),
        { subject: 'scope:profiles:read:clear', dataClass: 'CORE', purpose: 'ANALYTICS' },
        { ...deny('CALL_CENTRE', 'identities:write'), effect: null },
        allow('CALL_CENTRE', 'segments:write'),
        deny('MARKETER', 'profiles:lookup'),
      ],
    };
    expect(checkPolicy(asked, table)).toEqual({
      roles: [CALL_CENTRE],
      rules: [
        { ...deny('MARKETER', 'profiles:lookup'), purpose: null, effect: 'DENY' },
        { ...deny('scope:profiles:read:clear', 'profiles:clear:core'), purpose: 'ANALYTICS', effect: 'DENY' },
        { ...deny('CALL_CENTRE', 'identities:write'), purpose: null, effect: 'DENY' },
        { ...allow('CALL_CENTRE', 'segments:write'), purpose: null },
      ],
    });
  });

  test.each<[string, AskedPolicy]>([
    ['policy.rules[1].subject', { rules: [deny('VIEWER', 'events:read'), deny('KING', 'events:read')] }],
    ['policy.rules[0].subject', { rules: [deny('authenticated', 'viewer')] }],
    ['policy.rules[0].subject', { rules: [deny('PLATFORM_ADMIN', 'tenants:manage')] }],
    ['policy.rules[0].subject', { rules: [deny('VIEWER, *', 'events:read')] }],
    ['policy.rules[0].permission', { rules: [deny('VIEWER', 'events:burn')] }],
    ['policy.rules[0].permission', { rules: [deny('VIEWER', 'viewer')] }],
    ['policy.rules[0].permission', { rules: [deny('VIEWER', 'tenants:manage')] }],
    ['policy.rules[0]', { rules: [{ subject: 'VIEWER' }] }],
    ['policy.rules[0]', { rules: [{ ...deny('VIEWER', 'events:read'), dataClass: 'CORE' }] }],
    ['policy.rules[0]', { rules: [deny('ADMIN', 'settings:manage')] }],
    ['policy.rules', { rules: Array.from({ length: 501 }, () => deny('VIEWER', 'events:read')) }],
    ['policy.roles', { roles: Array.from({ length: 51 }, (_, n) => ({ ...CALL_CENTRE, name: `R${n}` })), rules: [] }],
    ['policy.roles[0].name', { roles: [{ name: 'call\ncentre', inherits: [] }], rules: [] }],
    ['policy.roles[0].name', { roles: [{ name: 'ADMIN', inherits: [] }], rules: [] }],
    ['policy.roles[0].name', { roles: [{ name: 'PLATFORM_ADMIN', inherits: [] }], rules: [] }],
    ['policy.roles[1].name', { roles: [CALL_CENTRE, CALL_CENTRE], rules: [] }],
    ['policy.roles[0].inherits[0]', { roles: [{ name: 'BOSS', inherits: ['PLATFORM_ADMIN'] }], rules: [] }],
    ['policy.roles[0].inherits[0]', { roles: [{ name: 'BOSS', inherits: ['BOSS'] }], rules: [] }],
    ['policy.roles[0].inherits', { roles: [{ name: 'BOSS', inherits: Array(7).fill('ADMIN') }], rules: [] }],
  ])('with a fault at %s is refused there', (path, asked) => {
    expect(() => checkPolicy(asked, table)).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', details: expect.objectContaining({ path }) }),
    );
  });

  test.each([
    ['MARKETER', 'profiles:clear:core'],
    ['VIEWER', 'events:write'],
    ['ADMIN', 'privacy:manage'],
    ['ADMIN', 'tenants:manage'],
    ['scope:events:read', 'profiles:read'],
    ['CALL_CENTRE', 'tenants:manage'],
  ])('that would give %s %s is refused, and says which right', (subject, permission) => {
    const asked = { roles: [CALL_CENTRE], rules: [deny('VIEWER', 'events:read'), allow(subject, permission)] };
    expect(() => checkPolicy(asked, table)).toThrow(
      expect.objectContaining({ code: 'FORBIDDEN', details: { path: 'policy.rules[1]', subject, permission } }),
    );
  });
});

test('what a change adds and takes away is told in words', () => {
  const before = checkPolicy({ rules: [deny('VIEWER', 'events:read'), deny('ANALYST', 'insights:write')] }, table);
  const rules = [deny('ANALYST', 'insights:write'), { ...deny('VIEWER', 'events:read'), purpose: 'MARKETING' }];
  expect(changesBetween(before, checkPolicy({ roles: [CALL_CENTRE], rules }, table))).toEqual({
    added: ['ROLE CALL_CENTRE STEWARD', 'DENY VIEWER events:read for MARKETING'],
    removed: ['DENY VIEWER events:read'],
  });
});
