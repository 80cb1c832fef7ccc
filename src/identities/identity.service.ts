import type { AccountObservation, AccountRecord } from '../channels/account.rules.js';
import type { AccountService } from '../channels/account.service.js';
import { identifierRulesOf } from '../channels/identifier-limits.rules.js';
import type { IdentifierType } from '../channels/identifier-type.js';
import { blockedBy } from '../ingestion/blocked-values.rules.js';
import type { TenantContext } from '../platform/context.js';
import { groupBy } from '../platform/group-by.rules.js';
import type { StoredProfile } from '../profiles/profile-document.js';
import { heldBy, personEvidenceOf, withoutBlocked } from './account-evidence.rules.js';
import { type ClaimState, holdersOf, isShared } from './claim.rules.js';
import type { ClaimStore } from './claim.store.js';
import { ErasedIdentifiers } from './erased-identifiers.js';
import { tokensOf } from './evidence-token.js';
import { allHoldings, type NewHolding, newHoldings } from './holdings.rules.js';
import { nameText, type PersonEvidence } from './person-evidence.rules.js';
import { isOverLimits } from './persons-in-making.rules.js';

/** By id. */
type Accounts = ReadonlyMap<string, AccountRecord>;

/** A batch's accounts: what was observed of them, as they were stored, as they will be, and the profiles they are in. */
export interface ObservedAccounts {
  readonly observations: readonly AccountObservation[];
  readonly known: Accounts;
  readonly expected: Accounts;
  readonly profiles: ReadonlyMap<string, StoredProfile>;
}

/** What came of claiming, and all that was read on the way. */
export interface Claimed {
  /** Accounts of which it must be decided anew who is one person with them. */
  readonly accountIds: readonly string[];
  /** Accounts that were seen with a value on a later day alone: it matters where its holders are several people. */
  readonly later: readonly { readonly accountId: string; readonly holders: readonly string[] }[];
  /** Blinded values that accounts held before and alone, though their profiles, which show not all, did not show them. */
  readonly kept: ReadonlySet<string>;
  /** Accounts that hold a value that too many people hold. */
  readonly sharing: readonly Sharing[];
  readonly claims: ReadonlyMap<string, ClaimState>;
}

/** That an account holds a value that too many people hold, and the lowest account that does; itself where the claim names it no more. */
export interface Sharing {
  readonly accountId: string;
  readonly key: string;
  readonly type: IdentifierType;
  readonly lowest: string;
}

/** Claims identifiers for accounts, and tells for which accounts it must be decided anew who is one person. */
export class IdentityService {
  constructor(
    private readonly claims: ClaimStore,
    private readonly accounts: Pick<AccountService, 'find'>,
  ) {}

  /**
   * Claims what the observations newly hold. What an account holds already, seen on a day within the days known, needs no
   * claim where its profile shows it. (An account alone proves nothing: a process may have stopped between writing it and
   * its profile. What such a one left behind is claimed here with the rest, since the profile will show it from now on.)
   * Throws `ErasedIdentifiers`, and claims nothing, where one of them was a person's who was erased.
   */
  async claim(ctx: TenantContext, batch: ObservedAccounts): Promise<Claimed> {
    const known = openIn(ctx, batch.known);
    const expected = openIn(ctx, batch.expected);
    const person = personsOf(expected);
    const before = personsOf(known);
    const isOtherPerson = (id: string) => known.has(id) && textOf(person(id)) !== textOf(before(id));
    const news = newHoldings(batch.observations, {
      accounts: known,
      isStitched: (id, key) => batch.profiles.get(id)?.identifiers.some((held) => held.key === key) ?? false,
      isOtherPerson,
    });
    try {
      return await this.claimNews(ctx, news, person, standingOf(ctx, expected, batch.profiles, isOtherPerson));
    } catch (error) {
      if (error instanceof ErasedIdentifiers) await this.release(ctx, news);
      throw error;
    }
  }

  /** Claims all that accounts hold, save what belongs to people who were erased. */
  async claimHeld(ctx: TenantContext, accounts: readonly AccountRecord[]): Promise<Claimed> {
    const open = openIn(ctx, new Map(accounts.map((account) => [account.id, account])));
    const standing = standingOf(ctx, open, new Map(), () => true);
    let news = [...open.values()].flatMap((account) => allHoldings(account));
    for (;;) {
      try {
        return await this.claimNews(ctx, news, personsOf(open), standing);
      } catch (error) {
        if (!(error instanceof ErasedIdentifiers)) throw error;
        news = news.filter(({ key }) => !error.keys.has(key));
      }
    }
  }

  /**
   * Takes back what was claimed of accounts that do not hold it, and now will not, as they are stored by now: another
   * writer may have given it to them since they were read, or do so meanwhile, and then it is claimed for them again.
   */
  private async release(ctx: TenantContext, news: readonly NewHolding[]): Promise<void> {
    const ids = [...new Set(news.map(({ accountId }) => accountId))];
    const known = await this.accounts.find(ctx, ids);
    const isHeld = ({ accountId, key }: NewHolding) =>
      known.get(accountId)?.identifiers.some((identifier) => identifier.key === key) ?? false;
    const unheld = groupBy(
      news.filter((holding) => !isHeld(holding)),
      ({ key }) => key,
    );
    const leaving = [...unheld].map(([key, own]) => [key, new Set(own.map(({ accountId }) => accountId))] as const);
    await this.claims.release(ctx, new Map(leaving), null);
    const after = await this.accounts.find(ctx, ids);
    const released = new Set(leaving.flatMap(([key, own]) => [...own].map((id) => `${key} ${id}`)));
    const holds = ({ id, identifiers }: AccountRecord) => identifiers.some(({ key }) => released.has(`${key} ${id}`));
    const holding = [...after.values()].filter(holds);
    if (holding.length > 0) await this.claimHeld(ctx, holding);
  }

  private async claimNews(
    ctx: TenantContext,
    news: readonly NewHolding[],
    person: (accountId: string) => PersonEvidence,
    standing: Standing,
  ): Promise<Claimed> {
    const claims = await this.claims.claim(
      ctx,
      news.map(({ key, accountId, from, to }) => ({ key, accountId, from, to, ...tokensOf(ctx, person(accountId)) })),
    );
    const consequences = news
      .map((holding) => ({ holding, claim: claims.get(holding.key) }))
      .flatMap(({ holding, claim }) =>
        claim
          ? [{ holding, claim, consequence: consequenceOf(claim, holding, standing, ctx.settings.sharedByMost) }]
          : [],
      );
    const of = (wanted: Consequence) => consequences.filter(({ consequence }) => consequence === wanted);
    return {
      accountIds: [...new Set(of('decide').map(({ holding }) => holding.accountId))],
      kept: new Set(of('nothing').flatMap(({ holding }) => (standing.isKept(holding) ? [holding.key] : []))),
      later: of('later').map(({ holding, claim }) => ({ accountId: holding.accountId, holders: holdersOf(claim) })),
      sharing: of('share').map(({ holding: { accountId, key, type }, claim }) => {
        const lowest = accountId in claim.holders ? (holdersOf(claim)[0] ?? accountId) : accountId;
        return { accountId, key, type, lowest };
      }),
      claims,
    };
  }
}

/** What follows from a holding: a decision; one perhaps, where several people hold the value; that it links nobody; nothing. */
type Consequence = 'decide' | 'later' | 'share' | 'nothing';

function consequenceOf(claim: ClaimState, holding: NewHolding, standing: Standing, sharedByMost: number): Consequence {
  const { accountId } = holding;
  if (isShared(claim, sharedByMost)) return claim.wasShared || !(accountId in claim.holders) ? 'share' : 'decide';
  if (claim.wasShared) return 'decide';
  const holders = holdersOf(claim);
  if (holding.isOnlyLater) return standing.areTogether(accountId, holders) ? 'nothing' : 'later';
  return holders.length <= 1 && standing.isIdle(holding) ? 'nothing' : 'decide';
}

/** How accounts stand before what is new of them is decided on. */
interface Standing {
  /** Whether what nobody else holds changes nothing: it has no limit, is kept, or its account is alone and within limits. */
  isIdle(holding: NewHolding): boolean;
  /** Whether the account held it before, speaks of the same person, and has a profile that shows not all it has. */
  isKept(holding: NewHolding): boolean;
  /** Whether its profile shows these accounts too. */
  areTogether(accountId: string, others: readonly string[]): boolean;
}

function standingOf(
  { settings }: TenantContext,
  accounts: Accounts,
  profiles: ObservedAccounts['profiles'],
  isOtherPerson: (accountId: string) => boolean,
): Standing {
  const rules = identifierRulesOf(settings.identifierRules);
  const idsIn = (id: string) => profiles.get(id)?.accounts.map((shown) => shown.id) ?? [];
  const isByItself = (id: string) => {
    const account = accounts.get(id);
    return account !== undefined && idsIn(id).every((other) => other === id) && !isOverLimits(heldBy(account), rules);
  };
  const isKept = ({ accountId, wasHeld }: NewHolding) =>
    wasHeld && !isOtherPerson(accountId) && profiles.get(accountId)?.truncated === true;
  const isUnlimited = ({ accountId, type }: NewHolding) => rules[type].most === null && !isOtherPerson(accountId);
  return {
    isIdle: (holding) => isUnlimited(holding) || isKept(holding) || isByItself(holding.accountId),
    isKept,
    areTogether: (id, others) => {
      const together = new Set([id, ...idsIn(id)]);
      return others.every((other) => together.has(other));
    },
  };
}

/** Accounts without what the tenant blocks by now. */
function openIn({ settings }: TenantContext, accounts: Accounts): Accounts {
  const blocked = blockedBy(settings);
  if (blocked.isEmpty) return accounts;
  return new Map([...accounts].map(([id, account]) => [id, withoutBlocked(account, blocked)]));
}

/** The evidence of accounts, each read once. */
function personsOf(accounts: Accounts): (accountId: string) => PersonEvidence {
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
    name && nameText(name),
    birthday,
    [...unionIds].map(([scope, keys]) => [scope, [...keys].sort()]),
  ]);
}
