import type { IdentifierRules } from '../channels/identifier-limits.rules.js';
import type { IdentifierType } from '../channels/identifier-type.js';
import type { Component } from './component.rules.js';
import type { LinkRecord } from './link.rules.js';
import { PersonsInMaking, type Refusal } from './persons-in-making.rules.js';

const MOST_NAMED = 10;

const CONFLICTS: Readonly<Record<string, string>> = {
  OTHER_BIRTHDAY: 'their birthdays differ in a way that no slip explains',
  OTHER_UNION_ID: 'they hold different union ids of one platform, and their full names differ',
  OTHER_GIVEN_NAME: 'they are born the same day into the same family and have different given names: they may be twins',
};

/** Accounts of one profile that are to become one person with those of others. */
export interface Side {
  readonly profileId: string;
  readonly accountIds: readonly string[];
}

/**
 * What speaks against making these profiles one person, each judged against those before it: the first conflict, else
 * the first limit. A person may still do it.
 */
export function objectionsTo(sides: readonly Side[], component: Component, rules: IdentifierRules): string[] {
  const accounts = component.accounts.map((account) => {
    return { ...account, held: account.held.filter(({ key }) => !component.shared.has(key)) };
  });
  const persons = new PersonsInMaking(accounts, [], rules);
  for (const { accountIds } of sides) for (const id of accountIds) persons.join(accountIds[0] ?? id, id, true);
  const [first, ...others] = sides;
  const anchor = first?.accountIds[0] ?? '';
  return others.flatMap(({ profileId, accountIds: [own = ''] }) => {
    const refusal = persons.join(anchor, own);
    persons.join(anchor, own, true);
    return refusal ? [`Against merging ${profileId} speaks that ${reasonOf(refusal, rules)}.`] : [];
  });
}

function reasonOf(refusal: Refusal, rules: IdentifierRules): string {
  const conflict = CONFLICTS[refusal];
  if (conflict) return conflict;
  const type = refusal.replace(/^LIMIT_/, '') as IdentifierType;
  const { most, per } = rules[type];
  return `one person may have ${most} ${type}${per === 'WEEK' ? ' a week' : ''}, and together there would be more`;
}

/** That a merge or an unmerge overrides what people did before, and when they did. */
export function overridings(links: readonly LinkRecord[]): string[] {
  const said = links.map(({ kind, createdAt }) => {
    const what = kind === 'CANNOT_LINK' ? 'took accounts of these profiles apart' : 'merged what would be parted';
    return `On ${createdAt.toISOString().slice(0, 10)} a person ${what}; this would override it.`;
  });
  return bounded([...new Set(said)].sort(), (more) => `People decided otherwise ${more} more times.`);
}

/** That accounts which are meant to be together would not be. */
export function scatterings(persons: readonly (readonly string[])[], sides: readonly (readonly string[])[]): string[] {
  const names = ['The accounts named', 'The accounts that are left'];
  return sides.flatMap((side, at) => {
    const own = new Set(side);
    const count = persons.filter((person) => person.some((id) => own.has(id))).length;
    return count > 1 ? [`${names[at]} would become ${count} profiles: nothing else links them.`] : [];
  });
}

/** Which accounts that stay hold identifiers of those that leave, and how many. */
export function bondsBetween(
  leaving: readonly string[],
  staying: readonly string[],
  { accounts, shared }: Component,
): string[] {
  const keysOf = new Map(accounts.map(({ id, held }) => [id, held.map(({ key }) => key)]));
  const theirs = new Set(leaving.flatMap((id) => keysOf.get(id) ?? []));
  const bonds = staying
    .map((id) => ({ id, count: (keysOf.get(id) ?? []).filter((key) => theirs.has(key) && !shared.has(key)).length }))
    .filter(({ count }) => count > 0)
    .sort((a, b) => b.count - a.count || (a.id < b.id ? -1 : 1))
    .map(({ id, count }) => `${id}, which stays, shares ${identifiers(count)} with the accounts that leave.`);
  return bounded(bonds, (more) => `${more} more accounts that stay share identifiers with those that leave.`);
}

/** Which profiles would change though nobody named them. */
export function unnamed(concerned: readonly string[], named: readonly string[]): string[] {
  const others = concerned.filter((id) => !named.includes(id)).sort();
  const said = others.map((id) => `${id}, which was not named, would gain or lose accounts, too.`);
  return bounded(said, (more) => `So would ${more} more profiles.`);
}

function identifiers(count: number): string {
  return count === 1 ? '1 identifier' : `${count} identifiers`;
}

function bounded(said: readonly string[], more: (count: number) => string): string[] {
  const left = said.length - MOST_NAMED;
  return left > 0 ? [...said.slice(0, MOST_NAMED), more(left)] : [...said];
}
