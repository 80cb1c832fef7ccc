import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { Enforcer } from 'casbin';
import type { AccessDecisions } from '../../../src/access/access-decisions.js';
import { PERMISSIONS, type Permission } from '../../../src/access/permissions.js';
import { PolicyService } from '../../../src/access/policy.service.js';
import { checkPolicy } from '../../../src/access/tenant-policy.rules.js';

const ROLES = ['ADMIN', 'MARKETER', 'ANALYST', 'STEWARD', 'PRIVACY_OFFICER', 'VIEWER'] as const;

/** The contract's table: a letter a role in the order of ROLES, then the scope of an API token. */
const TABLE: readonly [permission: Permission, roles: string, scope: string | null][] = [
  ['profiles:read', 'yyyyyy', 'profiles:read'],
  ['profiles:clear:core', 'ynnyyn', 'profiles:read:clear'],
  ['profiles:clear:important', 'yynyyn', 'profiles:read:clear'],
  ['profiles:lookup', 'yynyyn', 'profiles:lookup'],
  ['profiles:list', 'yyyyyy', 'profiles:read'],
  ['events:read', 'yyyyyy', 'events:read'],
  ['events:write', 'ynnnnn', 'events:write'],
  ['quarantine:manage', 'ynnynn', null],
  ['identities:write', 'ynnynn', null],
  ['segments:read', 'yyyyyy', 'segments:read'],
  ['segments:write', 'yynnnn', 'segments:write'],
  ['recommendations:read', 'yyyyny', 'recommendations:read'],
  ['insights:read', 'yyyyny', 'insights:read'],
  ['insights:write', 'ynynnn', null],
  ['consents:write', 'ynnyyn', 'consents:write'],
  ['webhooks:read', 'yynnyn', null],
  ['webhooks:manage', 'ynnnnn', null],
  ['privacy:manage', 'nnnnyn', null],
  ['audit:read', 'ynnnyn', null],
  ['exports:read', 'ynnnyn', null],
  ['settings:manage', 'ynnnnn', null],
  ['tenants:manage', 'nnnnnn', null],
  ['viewer', 'yyyyyy', 'ANY'],
];

const SCOPES = [...new Set(TABLE.map(([, , scope]) => scope))].filter((scope) => scope !== null && scope !== 'ANY');
const CELLS = TABLE.flatMap(([permission, letters, scope]) => [
  ...ROLES.map((role, i) => ({ subject: role as string, permission, allowed: letters[i] === 'y' })),
  ...SCOPES.map((name) => ({ subject: `scope:${name}`, permission, allowed: scope === name || scope === 'ANY' })),
  {
    subject: 'PLATFORM_ADMIN',
    permission,
    allowed: permission === 'tenants:manage' || permission === 'viewer',
  },
  { subject: 'NO_SUCH_ROLE', permission, allowed: permission === 'viewer' },
]);

let policies: PolicyService;
beforeAll(async () => {
  policies = await PolicyService.load();
});

function decisions(...roles: string[]): Promise<AccessDecisions> {
  return policies.decisionsFor({ tenantId: 'acme', roles });
}

/** Casbin's own answer for a subject, who is `authenticated` as well. */
function casbin(subject: string, permission: Permission, tenantId = 'acme'): boolean {
  return policies.enforce(subject, tenantId, permission) || policies.enforce('authenticated', tenantId, permission);
}

describe('the table of who may do what', () => {
  test('covers every permission once', () => {
    expect(TABLE.map(([permission]) => permission).sort()).toEqual([...PERMISSIONS].sort());
  });

  test.each(CELLS)('$subject, $permission: $allowed', async ({ subject, permission, allowed }) => {
    expect((await decisions(subject)).may(permission)).toBe(allowed);
    expect(casbin(subject, permission)).toBe(allowed);
  });

  test('names its roles and scopes', async () => {
    expect((await policies.roles()).sort()).toEqual([...ROLES, 'PLATFORM_ADMIN'].sort());
    expect((await policies.scopes()).sort()).toEqual([...SCOPES].sort());
  });
});

describe('decisions', () => {
  test.each([
    ['ADMIN', []],
    ['STEWARD', []],
    ['PRIVACY_OFFICER', []],
    ['MARKETER', ['CORE']],
    ['ANALYST', ['CORE', 'IMPORTANT']],
    ['VIEWER', ['CORE', 'IMPORTANT']],
    ['PLATFORM_ADMIN', ['CORE', 'IMPORTANT']],
    ['scope:profiles:read', ['CORE', 'IMPORTANT']],
    ['scope:profiles:read:clear', []],
  ])('%s does not see %j in clear', async (role, unseen) => {
    expect([...(await decisions(role)).unseen]).toEqual(unseen);
  });

  test('several roles may what any of them may', async () => {
    const both = await decisions('VIEWER', 'PRIVACY_OFFICER');
    expect(both.may('privacy:manage')).toBe(true);
    expect(both.may('recommendations:read')).toBe(true);
    expect(both.may('settings:manage')).toBe(false);
  });

  test('nobody in particular may see who they are and nothing else', async () => {
    const own = await decisions();
    expect(PERMISSIONS.filter((permission) => own.may(permission))).toEqual(['viewer']);
  });

  test('are compiled once for a role set, in whichever order its roles come', async () => {
    expect(await decisions('ADMIN', 'VIEWER')).toBe(await decisions('VIEWER', 'ADMIN'));
    expect(await decisions('ADMIN')).not.toBe(await policies.decisionsFor({ tenantId: 'other', roles: ['ADMIN'] }));
  });

  test('do not mix roles up whose names run into each other', async () => {
    expect(await decisions('ADMIN,VIEWER')).not.toBe(await decisions('ADMIN', 'VIEWER'));
    expect((await decisions('ADMIN,VIEWER')).may('settings:manage')).toBe(false);
  });
});

describe('what Casbin is asked', () => {
  test('is all permissions once for a role set, and nothing for each request and field after that', async () => {
    const asked = jest.spyOn(Enforcer.prototype, 'enforceSync');
    const rules = [{ subject: 'VIEWER', permission: 'events:read', purpose: 'MARKETING' }];
    const policy = checkPolicy({ rules }, await policies.table());
    const caller = {
      tenantId: 'counted',
      roles: ['VIEWER', 'ANALYST'],
      purposes: ['MARKETING', 'SERVICE', 'ANALYTICS'],
    };
    asked.mockClear();
    await policies.decisionsFor(caller, policy);
    const first = asked.mock.calls.length;
    // three subjects, and two purposes: the one that the policy names, and one for all others
    expect(first).toBeLessThanOrEqual(PERMISSIONS.length * 3 * 2);
    for (let request = 0; request < 100; request += 1) {
      const decided = await policies.decisionsFor(caller, policy);
      for (const permission of PERMISSIONS) decided.may(permission);
    }
    expect(asked).toHaveBeenCalledTimes(first);
    asked.mockRestore();
  });
});

describe('another policy at run time', () => {
  test('binds from then on, tightens one tenant, and gives a role of one tenant the rights of another', async () => {
    const model = await readFile(new URL('../../../src/access/model.conf', import.meta.url), 'utf8');
    const changing = await PolicyService.of(model, 'p, VIEWER, *, events:read, *, allow');
    const may = async (tenantId: string, role: string) =>
      (await changing.decisionsFor({ tenantId, roles: [role] })).may('events:read');
    expect([await may('a', 'VIEWER'), await may('b', 'VIEWER'), await may('a', 'GUEST')]).toEqual([true, true, false]);

    const lines = ['p, VIEWER, *, events:read, *, allow', 'p, VIEWER, b, events:read, *, deny', 'g, GUEST, VIEWER, a'];
    await changing.use(lines.join('\n'));
    expect([await may('a', 'VIEWER'), await may('b', 'VIEWER')]).toEqual([true, false]);
    expect([await may('a', 'GUEST'), await may('b', 'GUEST')]).toEqual([true, false]);
    for (const tenant of ['a', 'b']) {
      for (const role of ['VIEWER', 'GUEST']) {
        expect(await may(tenant, role)).toBe(changing.enforce(role, tenant, 'events:read'));
      }
    }
  });
});
