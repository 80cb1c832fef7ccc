import { AppError, badInput } from '../platform/errors.js';
import { PERMISSIONS, type Permission } from './permissions.js';
import type { OwnRole, PolicyLine, TenantPolicy } from './tenant-policy.js';

/** A line as it is asked for: a right by its name, or by the data class that it shows in clear. */
export interface AskedLine {
  readonly subject: string;
  readonly permission?: string | null | undefined;
  readonly dataClass?: 'CORE' | 'IMPORTANT' | null | undefined;
  readonly purpose?: string | null | undefined;
  /** DENY where none is given. */
  readonly effect?: 'ALLOW' | 'DENY' | null | undefined;
}

/** A policy as it is asked for. */
export interface AskedPolicy {
  readonly roles?: readonly OwnRole[] | null | undefined;
  readonly rules: readonly AskedLine[];
}

/** What a policy is checked against: the table, and whom a tenant may speak of. */
export interface PolicyTable {
  readonly roles: readonly string[];
  /** As subjects: with their prefix. */
  readonly scopes: readonly string[];
  allows(subject: string, permission: Permission): boolean;
}

export const MOST_RULES = 500;
export const MOST_ROLES = 50;
const ROLE_NAME = /^[A-Z][A-Z0-9_]{0,63}$/;
const CLEAR: Readonly<Record<'CORE' | 'IMPORTANT', Permission>> = {
  CORE: 'profiles:clear:core',
  IMPORTANT: 'profiles:clear:important',
};
/** What every caller may, and what no tenant decides. */
const FIXED: ReadonlySet<Permission> = new Set<Permission>(['viewer', 'tenants:manage']);
/** Who edits policies, and by which right: it stays, or nobody could take anything back. */
const EDITOR = { subject: 'ADMIN', permission: 'settings:manage' } as const;

/**
 * A policy whose names all exist, and which gives nobody of the table a right that the table does not. BAD_USER_INPUT
 * names the place; FORBIDDEN the right that it would loosen.
 */
export function checkPolicy(asked: AskedPolicy, table: PolicyTable): TenantPolicy {
  const given = asked.roles ?? [];
  if (given.length > MOST_ROLES) throw badInput('policy.roles', `may hold at most ${MOST_ROLES} roles`);
  if (asked.rules.length > MOST_RULES) throw badInput('policy.rules', `may hold at most ${MOST_RULES} rules`);
  const roles = given.map((role, n) => checkRole(role, `policy.roles[${n}]`, table));
  const names = roles.map(({ name }) => name);
  const twice = names.findIndex((name, n) => names.indexOf(name) < n);
  if (twice >= 0) throw badInput(`policy.roles[${twice}].name`, 'is there twice');
  const rules = asked.rules.map((line, n) => checkLine(line, `policy.rules[${n}]`, table, names));
  return { roles, rules: [...new Map(rules.map((line) => [wordsOf(line), line])).values()] };
}

function checkRole({ name, inherits }: OwnRole, at: string, table: PolicyTable): OwnRole {
  if (!ROLE_NAME.test(name)) throw badInput(`${at}.name`, 'must be 1 to 64 capitals, digits and _, a capital first');
  if (table.roles.includes(name) || name === 'PLATFORM_ADMIN')
    throw badInput(`${at}.name`, `${name} is a role of the table; a role of your own needs another name`);
  if (inherits.length > table.roles.length) throw badInput(`${at}.inherits`, 'names a role twice');
  inherits.forEach((one, n) => {
    if (!table.roles.includes(one)) throw badInput(`${at}.inherits[${n}]`, unknown(table.roles));
  });
  return { name, inherits: [...new Set(inherits)] };
}

function checkLine(line: AskedLine, at: string, table: PolicyTable, ownRoles: readonly string[]): PolicyLine {
  const { subject } = line;
  const subjects = [...table.roles, ...ownRoles, ...table.scopes];
  if (!subjects.includes(subject)) throw badInput(`${at}.subject`, unknown(subjects));
  const checked = { subject, permission: permissionOf(line, at), purpose: line.purpose ?? null };
  const effect = line.effect ?? 'DENY';
  if (effect === 'ALLOW') requireNoLoosening(checked, at, table, ownRoles.includes(subject));
  else requireEditor(checked, at);
  if (FIXED.has(checked.permission))
    throw badInput(`${at}.permission`, `${checked.permission} is not a tenant's to give or to take`);
  return { ...checked, effect };
}

type Right = Pick<PolicyLine, 'subject' | 'permission'>;

/** A role of the tenant's own may be given what some role of the table has. */
function requireNoLoosening({ subject, permission }: Right, at: string, table: PolicyTable, isOwn: boolean): void {
  const holders = isOwn ? table.roles : [subject];
  if (!holders.some((holder) => table.allows(holder, permission))) throw loosened(at, subject, permission);
}

function requireEditor({ subject, permission }: Right, at: string): void {
  if (subject === EDITOR.subject && permission === EDITOR.permission)
    throw badInput(at, `${subject} keeps ${permission}: without it nobody could change the policy again`);
}

function permissionOf({ permission, dataClass }: AskedLine, at: string): Permission {
  if ((permission == null) === (dataClass == null)) throw badInput(at, 'names either a permission or a dataClass');
  if (dataClass != null) return CLEAR[dataClass];
  const known = PERMISSIONS.find((name) => name === permission);
  if (!known) throw badInput(`${at}.permission`, unknown(PERMISSIONS));
  return known;
}

function unknown(known: readonly string[]): string {
  return `is unknown; there are ${known.join(', ')}`;
}

function loosened(path: string, subject: string, permission: Permission): AppError {
  return new AppError(
    'FORBIDDEN',
    `${path}: ${subject} may not be given ${permission}: a tenant tightens the table and never loosens it.`,
    { path, subject, permission },
  );
}

/** A line in words, for the audit log. */
export function wordsOf({ subject, permission, purpose, effect }: PolicyLine): string {
  return `${effect} ${subject} ${permission}${purpose === null ? '' : ` for ${purpose}`}`;
}

/** A role in words, for the audit log. */
function wordsOfRole({ name, inherits }: OwnRole): string {
  return `ROLE ${[name, ...inherits].join(' ')}`;
}

/** What a change of policy adds, and what it takes away, in words. */
export function changesBetween(before: TenantPolicy, after: TenantPolicy) {
  const words = ({ roles, rules }: TenantPolicy) => [...roles.map(wordsOfRole), ...rules.map(wordsOf)];
  const [old, fresh] = [new Set(words(before)), new Set(words(after))];
  return { added: [...fresh].filter((one) => !old.has(one)), removed: [...old].filter((one) => !fresh.has(one)) };
}

/** A tenant's policy as Casbin reads it. Names are checked: none holds a comma or a line's end. */
export function casbinLines(tenantId: string, { roles, rules }: TenantPolicy): string[] {
  return [
    ...rules.map(({ subject, permission, purpose, effect }) =>
      ['p', subject, tenantId, permission, purpose ?? '*', effect.toLowerCase()].join(', '),
    ),
    ...roles.flatMap(({ name, inherits }) => inherits.map((role) => `g, ${name}, ${role}, ${tenantId}`)),
  ];
}
