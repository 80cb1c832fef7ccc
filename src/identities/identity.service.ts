import type { AccountObservation, AccountRecord } from '../channels/account.rules.js';
import type { TenantContext } from '../platform/context.js';
import { blindIndex } from '../platform/seal.js';
import type { StoredProfile } from '../profiles/profile-document.js';
import { personEvidenceOf } from './account-evidence.rules.js';
import { type ClaimState, holdersOf, isShared } from './claim.rules.js';
import type { ClaimStore } from './claim.store.js';
import { type NewHolding, newHoldings } from './holdings.rules.js';
import { nameToken, type PersonEvidence } from './person-evidence.rules.js';

const CHARACTERS_OF_A_TOKEN = 8;

/** A batch's accounts: what was observed of them, as they were stored, as they will be, and the profiles they are in. */
export interface ObservedAccounts {
  readonly observations: readonly AccountObservation[];
  readonly known: ReadonlyMap<string, AccountRecord>;
  readonly expected: ReadonlyMap<string, AccountRecord>;
  readonly profiles: ReadonlyMap<string, StoredProfile>;
}

/** What came of claiming: the accounts that share what they hold with others, and all that was read on the way. */
export interface Claimed {
  readonly accountIds: readonly string[];
  readonly claims: ReadonlyMap<string, ClaimState>;
}

/** Claims identifiers for accounts, and tells for which accounts it must be decided anew who is one person. */
export class IdentityService {
  constructor(private readonly claims: ClaimStore) {}

  /**
   * Claims what the observations newly hold. What an account holds already, seen on a day within the days known, needs no
   * claim where its profile shows it. (An account alone proves nothing: a process may have stopped between writing it and
   * its profile. What such a one left behind is claimed here with the rest, since the profile will show it from now on.)
   */
  async claim(ctx: TenantContext, batch: ObservedAccounts): Promise<Claimed> {
    const person = personsOf(batch.expected);
    const before = personsOf(batch.known);
    const news = newHoldings(batch.observations, {
      accounts: batch.known,
      isStitched: (id, key) => batch.profiles.get(id)?.identifiers.some((held) => held.key === key) ?? false,
      isOtherPerson: (id) => batch.known.has(id) && textOf(person(id)) !== textOf(before(id)),
    });
    return this.claimNews(ctx, news, person, batch.profiles);
  }

  /** Claims all that accounts hold. */
  claimHeld(ctx: TenantContext, accounts: readonly AccountRecord[]): Promise<Claimed> {
    const byId = new Map(accounts.map((account) => [account.id, account]));
    const news = accounts.flatMap(({ id, identifiers }) =>
      identifiers
        .filter(({ linking }) => linking)
        .map(({ key, firstSeenAt: from, lastSeenAt: to }) => ({ key, accountId: id, from, to, isOnlyLater: false })),
    );
    return this.claimNews(ctx, news, personsOf(byId), new Map());
  }

  private async claimNews(
    ctx: TenantContext,
    news: readonly NewHolding[],
    person: (accountId: string) => PersonEvidence,
    profiles: ObservedAccounts['profiles'],
  ): Promise<Claimed> {
    const tokens = new Map(
      [...new Set(news.map(({ accountId }) => accountId))].map((id) => [id, tokensOf(ctx, person(id))]),
    );
    const claims = await this.claims.claim(
      ctx,
      news.map(({ key, accountId, from, to }) => ({
        key,
        accountId,
        from,
        to,
        ...(tokens.get(accountId) ?? NO_TOKENS),
      })),
    );
    const concerned = news.filter((holding) => {
      const claim = claims.get(holding.key);
      return claim !== undefined && mayChange(claim, holding, profiles, ctx.settings.sharedByMost);
    });
    return { accountIds: [...new Set(concerned.map(({ accountId }) => accountId))], claims };
  }
}

const NO_TOKENS = { name: null, birthday: null, unionId: null };

/** Whether a holding may change who is one person: others hold the value too, and not all in the profile already. */
function mayChange(
  claim: ClaimState,
  { accountId, isOnlyLater }: NewHolding,
  profiles: ObservedAccounts['profiles'],
  sharedByMost: number,
): boolean {
  const shared = isShared(claim, sharedByMost);
  if (shared !== claim.wasShared) return true;
  const holders = holdersOf(claim);
  if (holders.length <= 1 && !shared) return false;
  if (!isOnlyLater) return true;
  const together = new Set(profiles.get(accountId)?.accounts.map(({ id }) => id));
  return !shared && holders.some((id) => !together.has(id));
}

/** The evidence of accounts, each read once. */
function personsOf(accounts: ReadonlyMap<string, AccountRecord>): (accountId: string) => PersonEvidence {
  const read = new Map<string, PersonEvidence>();
  return (accountId) => {
    const known = read.get(accountId);
    if (known) return known;
    const account = accounts.get(accountId);
    const evidence = account ? personEvidenceOf(account) : { name: null, birthday: null, unionIds: new Map() };
    read.set(accountId, evidence);
    return evidence;
  };
}

function textOf({ name, birthday, unionIds }: PersonEvidence): string {
  return JSON.stringify([
    name && nameToken(name),
    birthday,
    [...unionIds].map(([scope, keys]) => [scope, [...keys].sort()]),
  ]);
}

/** What people are counted by in a claim: equal for equal values, and blind. */
function tokensOf(ctx: TenantContext, { name, birthday, unionIds }: PersonEvidence) {
  const [unionId = null] = [...unionIds.values()].flatMap((keys) => [...keys]).sort();
  const token = (kind: string, value: string | null) =>
    value === null ? null : blindIndex(ctx.keys, 'evidence', kind, value).slice(0, CHARACTERS_OF_A_TOKEN);
  return {
    name: token('name', name && nameToken(name)),
    birthday: token('birthday', birthday),
    unionId: token('unionId', unionId),
  };
}
