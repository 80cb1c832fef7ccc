import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { newEnforcer, newModelFromString, StringAdapter } from 'casbin';
import fc from 'fast-check';
import { PERMISSIONS, type Permission } from '../../src/access/permissions.js';
import { PolicyService } from '../../src/access/policy.service.js';
import { NO_POLICY, type OwnRole, type TenantPolicy } from '../../src/access/tenant-policy.js';
import { type AskedLine, checkPolicy, type PolicyTable } from '../../src/access/tenant-policy.rules.js';
import { ConsentPurpose } from '../../src/privacy/consent-purpose.js';

const RUNS = Number(process.env.PROPERTY_RUNS ?? 8);
const PURPOSES = Object.values(ConsentPurpose);
const TENANT = 'acme';

interface Asking {
  readonly roles: readonly string[];
  readonly purposes: readonly string[];
}

let table: PolicyTable;
let model: string;
let csv: string;
beforeAll(async () => {
  table = await (await PolicyService.load()).table();
  const read = (name: string) => readFile(new URL(`../../src/access/${name}`, import.meta.url), 'utf8');
  [model, csv] = await Promise.all([read('model.conf'), read('policy.csv')]);
});

const ownRoles = (): fc.Arbitrary<OwnRole[]> =>
  fc.uniqueArray(
    fc.record({
      name: fc.constantFrom('CALL_CENTRE', 'INTERN', 'AUDITOR'),
      inherits: fc.uniqueArray(fc.constantFrom(...table.roles), { maxLength: 3 }),
    }),
    { selector: ({ name }) => name, maxLength: 3 },
  );

/** Policies that a tenant may have: what it asks for beyond that is left out. */
const policies = (): fc.Arbitrary<TenantPolicy> =>
  ownRoles().chain((roles) => {
    const subjects = [...table.roles, ...table.scopes, ...roles.map(({ name }) => name)];
    const line: fc.Arbitrary<AskedLine> = fc.record({
      subject: fc.constantFrom(...subjects),
      permission: fc.constantFrom(
        'profiles:read',
        'profiles:clear:core',
        'profiles:lookup',
        'events:read',
        'consents:write',
      ),
      purpose: fc.option(fc.constantFrom(...PURPOSES.slice(0, 2))), // requests have others, too
      effect: fc.constantFrom('ALLOW' as const, 'DENY' as const, 'DENY' as const),
    });
    return fc.array(line, { maxLength: 40 }).map((lines) => {
      const rules = lines.filter((one) => {
        try {
          return checkPolicy({ roles, rules: [one] }, table);
        } catch {
          return false;
        }
      });
      return checkPolicy({ roles, rules }, table);
    });
  });

const callers = (): fc.Arbitrary<Asking> => {
  const names = [...table.roles, 'PLATFORM_ADMIN', 'CALL_CENTRE', 'INTERN', 'AUDITOR', 'NO_SUCH_ROLE'];
  const roles = fc.oneof(
    fc.uniqueArray(fc.constantFrom(...names), { maxLength: 3 }),
    fc.uniqueArray(fc.constantFrom(...table.scopes), { minLength: 1, maxLength: 3 }),
  );
  return fc.record({ roles, purposes: fc.uniqueArray(fc.constantFrom(...PURPOSES)) });
};

/** What the table and a tenant's policy say, read off by hand: no Casbin, and nothing compiled. */
function mayByHand({ roles, rules }: TenantPolicy, { roles: own, purposes }: Asking, permission: Permission): boolean {
  const parents = (subject: string) => [subject, ...(roles.find(({ name }) => name === subject)?.inherits ?? [])];
  const mayAs = (subject: string, purpose: string | undefined) => {
    const names = parents(subject);
    const about = rules.filter(
      (rule) =>
        names.includes(rule.subject) &&
        rule.permission === permission &&
        (rule.purpose === null || rule.purpose === purpose),
    );
    if (about.some(({ effect }) => effect === 'DENY')) return false;
    const inTable = names.some((name) =>
      permission === 'tenants:manage' ? name === 'PLATFORM_ADMIN' : table.allows(name, permission),
    );
    return inTable || about.length > 0;
  };
  if (permission === 'viewer') return true;
  return own.some((subject) => (purposes.length > 0 ? purposes : [undefined]).some((one) => mayAs(subject, one)));
}

/** Casbin's own answers, from an enforcer of the test's own. */
async function casbinOf({ roles, rules }: TenantPolicy) {
  const lines = rules.map(
    ({ subject, permission, purpose, effect }) =>
      `p, ${subject}, ${TENANT}, ${permission}, ${purpose ?? '*'}, ${effect === 'DENY' ? 'deny' : 'allow'}`,
  );
  const links = roles.flatMap(({ name, inherits }) => inherits.map((role) => `g, ${name}, ${role}, ${TENANT}`));
  const adapter = new StringAdapter([csv, ...lines, ...links].join('\n'));
  const enforcer = await newEnforcer(newModelFromString(model), adapter);
  return ({ roles: own, purposes }: Asking, permission: Permission) =>
    [...own, 'authenticated'].some((subject) =>
      (purposes.length > 0 ? purposes : ['none']).some((purpose) =>
        enforcer.enforceSync(subject, TENANT, permission, purpose),
      ),
    );
}

describe('the compiled decisions', () => {
  test('are Casbin’s own and those read off by hand, while the policy changes', async () => {
    const service = await PolicyService.load();
    let cases = 0;
    const compare = async (policy: TenantPolicy, asking: readonly Asking[]) => {
      const casbin = await casbinOf(policy);
      for (const caller of asking) {
        const decided = await service.decisionsFor({ tenantId: TENANT, ...caller }, policy);
        const by = (may: (permission: Permission) => boolean) => PERMISSIONS.filter(may);
        const told = { caller, may: by((permission) => decided.may(permission)) };
        expect(told).toEqual({ caller, may: by((permission) => casbin(caller, permission)) });
        expect(told).toEqual({ caller, may: by((permission) => mayByHand(policy, caller, permission)) });
        cases += PERMISSIONS.length;
      }
    };
    const inTurn = fc.array(policies(), { minLength: 2, maxLength: 3 });
    const askings = fc.array(callers(), { minLength: 3, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(inTurn, askings, async (some, asking) => {
        for (const policy of [...some, NO_POLICY, ...some.slice(0, 1)]) await compare(policy, asking);
      }),
      { numRuns: RUNS },
    );
    expect(cases).toBeGreaterThanOrEqual(RUNS * 240);
  }, 600_000);

  test('never give a role or a scope of the table more than the table does', async () => {
    const service = await PolicyService.load();
    const oneOf = () => fc.constantFrom(...table.roles, ...table.scopes);
    await fc.assert(
      fc.asyncProperty(
        policies(),
        oneOf(),
        fc.uniqueArray(fc.constantFrom(...PURPOSES)),
        async (policy, subject, purposes) => {
          const caller = { tenantId: TENANT, roles: [subject], purposes };
          const [tightened, whole] = await Promise.all([
            service.decisionsFor(caller, policy),
            service.decisionsFor(caller),
          ]);
          for (const permission of PERMISSIONS) {
            if (tightened.may(permission)) expect([permission, whole.may(permission)]).toEqual([permission, true]);
          }
        },
      ),
      { numRuns: RUNS * 4 },
    );
  }, 600_000);

  test('of one tenant do not bind another', async () => {
    const service = await PolicyService.load();
    const policy = checkPolicy({ rules: [{ subject: 'VIEWER', permission: 'events:read' }] }, table);
    const may = async (tenantId: string, own = NO_POLICY) =>
      (await service.decisionsFor({ tenantId, roles: ['VIEWER'] }, own)).may('events:read');
    expect([await may(TENANT, policy), await may('other')]).toEqual([false, true]);
  });
});
