import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Enforcer, newEnforcer, newModelFromString, StringAdapter } from 'casbin';
import { LRUCache } from 'lru-cache';
import type { Sensitivity } from '../platform/entity.js';
import { projectRoot } from '../platform/launch/project-root.js';
import type { AccessDecisions } from './access-decisions.js';
import { PERMISSIONS, type Permission } from './permissions.js';
import type { Principal } from './principal.js';

const FOLDER = join(projectRoot, 'src', 'access');
const LARGEST_CACHE = 5_000;
const SCOPE_PREFIX = 'scope:';

/** The Casbin subject that every caller is, besides its roles. */
const EVERYONE = 'authenticated';

/** Decisions for one tenant and role set under one version of the policy. */
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

/** Who may do what, as Casbin decides it from `model.conf` and `policy.csv`: asked once a role set, then looked up. */
export class PolicyService {
  private readonly compiled = new LRUCache<string, AccessDecisions>({ max: LARGEST_CACHE });
  private version = 0;

  private constructor(
    private readonly model: string,
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
    return new PolicyService(model, await enforcerOf(model, policy));
  }

  /** Puts other rules in force; decisions made from now on follow them. */
  async use(policy: string): Promise<void> {
    this.enforcer = await enforcerOf(this.model, policy);
    this.version += 1;
    this.compiled.clear();
  }

  /** What a caller may do, decided for all permissions at once; asking again costs a look-up. */
  decisionsFor(principal: Pick<Principal, 'tenantId' | 'roles'>): AccessDecisions {
    const key = `${this.version}|${principal.tenantId}|${sortedRoles(principal.roles)}`;
    const known = this.compiled.get(key);
    if (known) return known;
    const made = this.compile(principal);
    this.compiled.set(key, made);
    return made;
  }

  /** Casbin's own answer for one subject: the source that `decisionsFor` is compiled from. */
  enforce(subject: string, tenantId: string, permission: Permission): boolean {
    return this.enforcer.enforceSync(subject, tenantId, permission);
  }

  /** Every name a user token may carry in `roles` to any effect. */
  async roles(): Promise<string[]> {
    return (await this.enforcer.getAllSubjects()).filter((name) => !name.startsWith(SCOPE_PREFIX) && name !== EVERYONE);
  }

  /** Every scope an API token may have, without the prefix its Casbin subject has. */
  async scopes(): Promise<string[]> {
    const subjects = await this.enforcer.getAllSubjects();
    return subjects.filter((name) => name.startsWith(SCOPE_PREFIX)).map((name) => name.slice(SCOPE_PREFIX.length));
  }

  private compile({ tenantId, roles }: Pick<Principal, 'tenantId' | 'roles'>): AccessDecisions {
    const subjects = [...new Set([...roles, EVERYONE])];
    const mayOne = (permission: Permission) => subjects.some((subject) => this.enforce(subject, tenantId, permission));
    return new CompiledDecisions(new Set(PERMISSIONS.filter(mayOne)));
  }
}

/** The Casbin subject of an API token's scope. */
export function subjectOfScope(scope: string): string {
  return `${SCOPE_PREFIX}${scope}`;
}

function sortedRoles(roles: readonly string[]): string {
  return roles.length === 1 ? (roles[0] ?? '') : [...roles].sort().join('|');
}

async function enforcerOf(model: string, policy: string): Promise<Enforcer> {
  return newEnforcer(newModelFromString(model), new StringAdapter(policy));
}
