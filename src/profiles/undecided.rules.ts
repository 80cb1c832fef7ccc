import { bucketOf, type IdentifierRules } from '../channels/identifier-limits.rules.js';
import type { ProfileState } from './profile-state.js';

/** What was decided of who is one person, and on which identifiers. */
export interface DecidedPersons {
  /** Whether these accounts are one person by a decision that knew all these values, as `countedValue` tells them. */
  cover(accountIds: readonly string[], values: readonly string[]): boolean;
}

type Shown = Pick<ProfileState, 'accounts' | 'identifiers' | 'accountsLeftOut' | 'truncated'>;

/** A profile that is about to be written. */
export interface Written {
  readonly state: Shown;
  /** Profiles any of which was decided on whole: what one of them shows alone is no news. */
  readonly known: readonly Shown[];
  /** Profiles that become part of it. */
  readonly absorbed: readonly Shown[];
  /** Blinded identifiers that were there before: no news to a profile that shows not all it has. */
  readonly kept?: ReadonlySet<string>;
}

/** A blinded identifier as limits count it: in the window in which it was first seen. */
export function countedValue(key: string, bucket: number): string {
  return `${key} ${bucket}`;
}

/**
 * Whether a profile would show several accounts as one person with something that nobody has decided on: accounts that none
 * of the known ones shows, or a value under a limit. What one writer decided may be news to another who has read less.
 */
export function isUndecided(
  { state, known, absorbed, kept = new Set() }: Written,
  persons: DecidedPersons | undefined,
  rules: IdentifierRules,
): boolean {
  if (state.accounts.length <= 1 && !state.accountsLeftOut) return false;
  const values = limitedValues(state, rules);
  if (known.some((one) => showsAll(one, state, rules, kept))) return false;
  const accountIds = new Set([state, ...known, ...absorbed].flatMap(({ accounts }) => accounts.map(({ id }) => id)));
  return !persons?.cover([...accountIds], values);
}

function showsAll(one: Shown, state: Shown, rules: IdentifierRules, kept: ReadonlySet<string>): boolean {
  const held = new Set(one.accounts.map(({ id }) => id));
  const shown = new Set(limitedValues(one, rules));
  const news = one.truncated ? state.identifiers.filter(({ key }) => !kept.has(key)) : state.identifiers;
  const values = limitedValues({ identifiers: news }, rules);
  return state.accounts.every(({ id }) => held.has(id)) && values.every((value) => shown.has(value));
}

/** What links of a profile's identifiers, and is under a limit. */
function limitedValues({ identifiers }: Pick<Shown, 'identifiers'>, rules: IdentifierRules): string[] {
  return identifiers
    .filter(({ linking, type }) => linking && rules[type].most !== null)
    .map(({ key, type, firstSeenAt }) => countedValue(key, bucketOf(rules[type].per, firstSeenAt)));
}
