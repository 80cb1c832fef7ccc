import { bucketOf, type IdentifierRule, identifierRulesOf } from '../../src/channels/identifier-limits.rules.js';
import { groupBy } from '../../src/platform/group-by.rules.js';
import type { ProfileState } from '../../src/profiles/profile-state.js';
import type { TenantWorld } from './stitching-world.js';

/**
 * The types of which a profile of several accounts shows more linking values than a person may have, with how many. What
 * one account alone holds too much of is passed over: of that, values may still link for another holder. Accounts of which
 * the profile holds a copy in part are read.
 */
export async function limitsBroken(
  tenant: Pick<TenantWorld, 'factsOf'>,
  { accounts, identifiers }: Pick<ProfileState, 'accounts' | 'identifiers'>,
  chosen: Readonly<Record<string, Partial<IdentifierRule>>>,
): Promise<string[]> {
  if (accounts.length < 2) return [];
  const rules = identifierRulesOf(chosen);
  const counted = (held: ProfileState['identifiers']) =>
    [...groupBy(held, ({ type, firstSeenAt }) => `${type} ${bucketOf(rules[type].per, firstSeenAt)}`)].filter(
      ([, values]) => values[0] && values.length > (rules[values[0].type].most ?? Number.POSITIVE_INFINITY),
    );
  const over = counted(identifiers.filter(({ linking }) => linking));
  if (over.length === 0) return [];
  const partial = accounts.filter((account) => account.partial).map(({ id }) => id);
  const whole = partial.length > 0 ? ((await tenant.factsOf(partial))?.accounts ?? []) : [];
  const held = [...accounts.filter((account) => !account.partial), ...whole];
  const alone = new Set(held.flatMap((account) => counted(account.identifiers).map(([place]) => place)));
  return over.filter(([place]) => !alone.has(place)).map(([place, values]) => `${place}: ${values.length}`);
}
