import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Enforcer, newEnforcer, newModelFromString, StringAdapter } from 'casbin';
import { LRUCache } from 'lru-cache';
import type { Sensitivity } from '../platform/entity.js';
import { projectRoot } from '../platform/launch/project-root.js';
import type { AccessDecisions } from './access-decisions.js';
import { PERMISSIONS, type Permission } from './permissions.js';
import type { Principal } from './principal.js';
import { NO_POLICY, type TenantPolicy } from './tenant-policy.js';
import { casbinLines, type PolicyTable } from './tenant-policy.rules.js';

const FOLDER = join(projectRoot, 'src', 'access');
const LARGEST_CACHE = 5_000;
const MOST_ENFORCERS = 200;
const SCOPE_PREFIX = 'scope:';

/** The Casbin subject that every caller is, besides its roles. */
const EVERYONE = 'authenticated';
const PLATFORM_ROLE = 'PLATFORM_ADMIN';
/** Stands for every purpose that no rule of a tenant names, and for none at all. */
const ANY_OTHER = '-';
const NO_PURPOSES_NAMED = [ANY_OTHER];

type Caller = Pick<Principal, 'tenantId' | 'roles'> & Partial<Pick<Principal, 'purposes'>>;

/** A tenant's policy as it was when it was first seen: one is never changed, but replaced. */
interface SeenPolicy {
  readonly serial: number;
  readonly named: ReadonlySet<string | null>;
}

/** Decisions for one tenant, role set and purposes under one version of the policy. */
class CompiledDecisions implements AccessDecisions {
  readonly unseen: ReadonlySet<Sensitivity>;

  constructor(private readonly allowed: ReadonlySet<Permission>) {
    const unseen = new Set<Sensitivity>();
    if (!allowed.has('profiles:clear:core')) unseen.add('CORE');
    if (!allowed.has('profiles:clear:important')) unseen.add('IMPORTANT');
    this.unseen = unseen;
  }

  may(permission: Permission): boolean {
    return this.allowed.has(permission);
  }
}

/**
 * Who may do what, as Casbin decides it from `model.conf`, `policy.csv` and what a tenant has added: asked once for a role
 * set and its purposes, then looked up. A request that is for several purposes may what it may for one of them.
 */
export class PolicyService {
  private readonly compiled = new LRUCache<string, AccessDecisions>({ max: LARGEST_CACHE });
  private readonly enforcers = new LRUCache<TenantPolicy, Promise<Enforcer>>({ max: MOST_ENFORCERS });
  private readonly seen = new WeakMap<TenantPolicy, SeenPolicy>();
  private version = 0;
  private lastSerial = 0;

  private constructor(
    private readonly model: string,
    private rules: string,
    private enforcer: Enforcer,
  ) {}

  /** The policy of the project's own files. */
  static async load(): Promise<PolicyService> {
    const [model, policy] = await Promise.all(
      ['model.conf', 'policy.csv'].map((name) => readFile(join(FOLDER, name), 'utf8')),
    );
    return PolicyService.of(model ?? '', policy ?? '');
  }

  /** A policy from the text of a model and of its rules. */
  static async of(model: string, policy: string): Promise<PolicyService> {
    return new PolicyService(model, policy, await enforcerOf(model, policy));
  }

  /** Puts another table in force; decisions made from now on follow it. */
  async use(policy: string): Promise<void> {
    this.enforcer = await enforcerOf(this.model, policy);
    this.rules = policy;
    this.version += 1;
    this.enforcers.clear();
    this.compiled.clear();
  }

  /** What a caller may do, decided for all permissions at once; asking again costs a look-up. `policy` is the tenant's own. */
  async decisionsFor(caller: Caller, policy = NO_POLICY): Promise<AccessDecisions> {
    const { serial, named } = this.lookAt(policy);
    const purposes = purposesThatCount(named, caller.purposes ?? []);
    const { tenantId, roles } = caller;
    const key = `${this.version} ${serial} ${tenantId} ${inOrder(purposes)} ${inOrder(roles)}`;
    const known = this.compiled.get(key);
    if (known) return known;
    const enforcer = await this.enforcerFor(tenantId, policy);
    const made = this.compiled.get(key) ?? compile(enforcer, caller, purposes);
    this.compiled.set(key, made);
    return made;
  }

  /** The table's own answer for one subject: what `decisionsFor` is compiled from where a tenant has decided nothing. */
  enforce(subject: string, tenantId: string, permission: Permission): boolean {
    return this.enforcer.enforceSync(subject, tenantId, permission, ANY_OTHER);
  }

  /** What a tenant's policy is checked against. */
  async table(): Promise<PolicyTable> {
    const roles = (await this.roles()).filter((role) => role !== PLATFORM_ROLE);
    const scopes = (await this.scopes()).map(subjectOfScope);
    return { roles, scopes, allows: (subject, permission) => this.enforce(subject, ANY_OTHER, permission) };
  }

  /** Every name a user token may carry in `roles` to any effect, whatever its tenant has added. */
  async roles(): Promise<string[]> {
    return (await this.enforcer.getAllSubjects()).filter((name) => !name.startsWith(SCOPE_PREFIX) && name !== EVERYONE);
  }

  /** Every scope an API token may have, without the prefix its Casbin subject has. */
  async scopes(): Promise<string[]> {
    const subjects = await this.enforcer.getAllSubjects();
    return subjects.filter((name) => name.startsWith(SCOPE_PREFIX)).map((name) => name.slice(SCOPE_PREFIX.length));
  }

  private enforcerFor(tenantId: string, policy: TenantPolicy): Promise<Enforcer> | Enforcer {
    if (policy === NO_POLICY) return this.enforcer;
    const known = this.enforcers.get(policy);
    if (known) return known;
    const made = enforcerOf(this.model, [this.rules, ...casbinLines(tenantId, policy)].join('\n'));
    this.enforcers.set(policy, made);
    return made;
  }

  private lookAt(policy: TenantPolicy): SeenPolicy {
    const known = this.seen.get(policy);
    if (known) return known;
    this.lastSerial += 1;
    const looked = { serial: this.lastSerial, named: new Set(policy.rules.map(({ purpose }) => purpose)) };
    this.seen.set(policy, looked);
    return looked;
  }
}

function compile(enforcer: Enforcer, { tenantId, roles }: Caller, purposes: readonly string[]): AccessDecisions {
  const subjects = [...new Set([...roles, EVERYONE])];
  const mayOne = (permission: Permission) =>
    subjects.some((subject) =>
      purposes.some((purpose) => enforcer.enforceSync(subject, tenantId, permission, purpose)),
    );
  return new CompiledDecisions(new Set(PERMISSIONS.filter(mayOne)));
}

/** The purposes that a policy's rules tell apart: those that no rule names are one to it. */
function purposesThatCount(named: ReadonlySet<string | null>, purposes: readonly string[]): readonly string[] {
  if (named.size === 0) return NO_PURPOSES_NAMED;
  const own = purposes.filter((purpose) => named.has(purpose));
  return own.length < purposes.length || own.length === 0 ? [...own, ANY_OTHER] : own;
}

/** The Casbin subject of an API token's scope. */
export function subjectOfScope(scope: string): string {
  return `${SCOPE_PREFIX}${scope}`;
}

function inOrder(names: readonly string[]): string {
  return names.length === 1 ? (names[0] ?? '') : [...names].sort().join('|');
}

async function enforcerOf(model: string, policy: string): Promise<Enforcer> {
  return newEnforcer(newModelFromString(model), new StringAdapter(policy));
}
