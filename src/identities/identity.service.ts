import type { AccountObservation, AccountRecord } from '../channels/account.rules.js';
import type { Identifier } from '../channels/identifier.entity.js';
import type { TenantContext } from '../platform/context.js';
import { earlier, later } from '../platform/dates.rules.js';
import { groupBy } from '../platform/group-by.rules.js';
import { type ClaimedHolding, type ClaimStore, MOST_HOLDERS } from './claim.store.js';
import { IdentityEdgeKind } from './link.entity.js';
import type { LinkRecord, LinkStore } from './link.store.js';
import { decideLinks, type LinkDecision, type SharedIdentifier } from './matcher.rules.js';

/** Two accounts that are one person. */
export type LinkedPair = readonly [string, string];

/** Claims identifiers for accounts and links the accounts that share one. */
export class IdentityService {
  constructor(
    private readonly claims: ClaimStore,
    private readonly links: LinkStore,
  ) {}

  /**
   * Claims what the observations newly hold and returns the pairs of accounts that are one person thereby. `known` are
   * the accounts as stored before: what they hold already, seen on a day within the days known, needs no claim where
   * `isStitched` says that their profile shows it. (An account alone proves nothing: a process may have stopped between
   * writing it and its profile. What such a one left behind is claimed here with the rest, since the profile will show it
   * from now on.)
   */
  async link(
    ctx: TenantContext,
    observations: readonly AccountObservation[],
    known: ReadonlyMap<string, AccountRecord>,
    isStitched: (accountId: string, key: string) => boolean,
  ): Promise<LinkedPair[]> {
    const news = newHoldings(
      observations,
      [...new Set(observations.map(({ accountId }) => accountId))].flatMap((id) => known.get(id) ?? []),
      (accountId, key, at) => isKnown(known.get(accountId), key, at) && isStitched(accountId, key),
      isStitched,
    );
    return this.claim(ctx, news);
  }

  /** As `link`, for identifiers that accounts hold: those that `isLinked` doesn't know. */
  linkHeld(
    ctx: TenantContext,
    accounts: readonly AccountRecord[],
    isLinked: (accountId: string, key: string) => boolean,
  ): Promise<LinkedPair[]> {
    return this.claim(
      ctx,
      newHoldings([], accounts, () => true, isLinked),
    );
  }

  private async claim(ctx: TenantContext, news: readonly NewHolding[]): Promise<LinkedPair[]> {
    if (news.length === 0) return [];
    const holders = await this.claims.claim(
      ctx,
      news.map(({ holding }) => holding),
    );
    const shared = [...groupBy(news, ({ holding }) => holding.key)].map(([key, own]) =>
      sharedBy(key, own, holders.get(key) ?? []),
    );
    const decisions = decideLinks(shared, new Set(news.map(({ holding }) => holding.accountId)));
    await this.links.add(
      ctx,
      decisions.map((decision) => toLink(ctx, decision)),
    );
    return decisions.map(({ accountIds }) => accountIds);
  }
}

/** Who shares an identifier: all that its claim names and, where it is full and names no more, the newcomers with one of them. */
function sharedBy(key: string, own: readonly NewHolding[], named: readonly string[]): SharedIdentifier {
  const newcomers = own.map(({ holding }) => holding.accountId);
  const known = named.length < MOST_HOLDERS ? named : named.slice(0, 1);
  return { key, type: own[0]?.type ?? '', holders: [...new Set([...known, ...newcomers])] };
}

interface NewHolding {
  readonly holding: ClaimedHolding;
  readonly type: string;
}

const MILLISECONDS_PER_DAY = 86_400_000;

function dayOf(date: Date): number {
  return Math.floor(date.getTime() / MILLISECONDS_PER_DAY);
}

function isKnown(account: AccountRecord | undefined, key: string, occurredAt: Date): boolean {
  const identifier = account?.identifiers.find((held) => held.key === key);
  if (!identifier) return false;
  const day = dayOf(occurredAt);
  return day >= dayOf(identifier.firstSeenAt) && day <= dayOf(identifier.lastSeenAt);
}

function widened(known: ClaimedHolding | undefined, key: string, accountId: string, at: Date): ClaimedHolding {
  return { key, accountId, from: known ? earlier(known.from, at) : at, to: known ? later(known.to, at) : at };
}

function newHoldings(
  observations: readonly AccountObservation[],
  accounts: readonly AccountRecord[],
  isHeld: (accountId: string, key: string, at: Date) => boolean,
  isStitched: (accountId: string, key: string) => boolean,
): NewHolding[] {
  const found = new Map<string, NewHolding>();
  const add = (accountId: string, { key, type }: Pick<Identifier, 'key' | 'type'>, at: Date) => {
    const place = `${key}\0${accountId}`;
    found.set(place, { holding: widened(found.get(place)?.holding, key, accountId, at), type });
  };
  for (const { id, identifiers } of accounts) {
    for (const identifier of identifiers.filter(({ linking, key }) => linking && !isStitched(id, key))) {
      add(id, identifier, identifier.firstSeenAt);
      add(id, identifier, identifier.lastSeenAt);
    }
  }
  for (const { accountId, occurredAt, identifiers } of observations) {
    for (const identifier of identifiers.filter(({ linking }) => linking)) {
      if (!isHeld(accountId, identifier.key, occurredAt)) add(accountId, identifier, occurredAt);
    }
  }
  return [...found.values()];
}

function toLink(ctx: TenantContext, { accountIds, rule, evidenceKey }: LinkDecision): LinkRecord {
  return {
    accountIds: [...accountIds],
    kind: IdentityEdgeKind.IDENTIFIER,
    rule,
    reason: null,
    weight: null,
    evidence: { identifier: evidenceKey },
    active: true,
    createdAt: ctx.now(),
    createdBy: 'system',
  };
}
