import type { AccountStore } from '../channels/account.store.js';
import type { ContactStore } from '../contacts/contact.store.js';
import type { EventStore } from '../events/event.store.js';
import type { ClaimStore } from '../identities/claim.store.js';
import type { LinkStore } from '../identities/link.store.js';
import type { BlockStore } from '../likeness/block.store.js';
import type { MatchCandidateStore } from '../likeness/match-candidate.store.js';
import type { MatchModelStore } from '../likeness/match-model.store.js';
import type { LedgerStore } from '../loyalty/ledger.store.js';
import type { ReferralStore } from '../loyalty/referral.store.js';
import type { WalletStore } from '../loyalty/wallet.store.js';
import type { ListedMemberStore } from '../memberships/listed-member.store.js';
import type { MembershipChangeStore } from '../memberships/membership-change.store.js';
import type { StandingStore } from '../memberships/standing.store.js';
import type { ChangeLog } from '../platform/changes.js';
import type { TenantContext } from '../platform/context.js';
import { toEnd } from '../platform/pieces.js';
import type { ConsentStore } from '../privacy/consent.store.js';
import type { ProcessingLimitStore } from '../privacy/processing-limit.store.js';
import type { ManualTraitStore } from '../profiles/manual-trait.store.js';
import type { TagAssignmentStore } from '../tags/tag-assignment.store.js';
import type { WebhookDeliveryStore } from '../webhooks/webhook-delivery.store.js';

/** Some accounts of one person, and what leads to what is stored of them. */
export interface ErasedAccounts {
  readonly accountIds: readonly string[];
  /** The ids under which they were profiles. */
  readonly profileIds: readonly string[];
  /** By blinded identifier, who of them holds it. */
  readonly holdings: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What is done about one collection, or several of a kind. */
export interface ErasedCollection {
  /** As in `ERASURE_DECISIONS`. */
  readonly name: string;
  /** How many documents tell of the accounts, by collection. */
  count(ctx: TenantContext, accounts: ErasedAccounts): Promise<Readonly<Record<string, number>>>;
  /**
   * Takes the accounts out of it step by step, and gives others who are to be looked at again: before the step that takes
   * away what leads to them, so that they can be noted. Repeating it is harmless.
   */
  erase(ctx: TenantContext, accounts: ErasedAccounts): AsyncIterable<readonly string[]>;
}

/** Where points and referrals are. */
export interface LoyaltyStores {
  readonly entries: LedgerStore;
  readonly wallets: WalletStore;
  readonly referrals: ReferralStore;
}

/** The stores of all that tells of accounts. */
export interface ErasedStores {
  readonly accounts: AccountStore;
  readonly events: EventStore;
  readonly claims: ClaimStore;
  readonly links: LinkStore;
  readonly blocks: BlockStore;
  readonly candidates: MatchCandidateStore;
  readonly models: MatchModelStore;
  readonly consents: ConsentStore;
  readonly limits: ProcessingLimitStore;
  readonly manualTraits: ManualTraitStore;
  readonly loyalty: LoyaltyStores;
  readonly contacts: ContactStore;
  readonly changes: ChangeLog;
  readonly standings: StandingStore;
  readonly memberships: MembershipChangeStore;
  readonly lists: ListedMemberStore;
  readonly tagAssignments: TagAssignmentStore;
  readonly deliveries: WebhookDeliveryStore;
}

type Counting = (ctx: TenantContext, accounts: ErasedAccounts) => Promise<number>;
type Erasing = ErasedCollection['erase'];

function collection(name: string, count: Counting, erase: Erasing): ErasedCollection {
  return {
    name,
    count: async (ctx, accounts) => ({ [name]: await count(ctx, accounts) }),
    erase,
  };
}

/** What concerns none but the accounts themselves. */
function nobodyElse(erase: (ctx: TenantContext, accounts: ErasedAccounts) => Promise<void>): Erasing {
  return async function* (ctx, accounts) {
    await erase(ctx, accounts);
    yield [];
  };
}

const LOYALTY = [
  ['loyalty_referrals', 'referrals'],
  ['loyalty_entries', 'entries'],
  ['loyalty_wallets', 'wallets'],
] as const;

function loyaltyCollections(stores: ErasedStores): ErasedCollection[] {
  return LOYALTY.map(([name, store]) =>
    collection(
      name,
      (ctx, { accountIds }) => stores.loyalty[store].count(ctx, accountIds),
      nobodyElse((ctx, { accountIds }) => stores.loyalty[store].erase(ctx, accountIds)),
    ),
  );
}

/**
 * What is erased of accounts, in this order: what is found by what the accounts hold comes before the accounts, and their
 * events, which nobody can open without the accounts' keys, after them.
 */
export function erasedCollections(stores: ErasedStores): ErasedCollection[] {
  const { accounts, events, claims, links, blocks, candidates, models, consents, limits, manualTraits, changes } =
    stores;
  const { standings, memberships, lists, tagAssignments, deliveries } = stores;
  return [
    collection(
      'links',
      (ctx, { accountIds }) => links.count(ctx, accountIds),
      (ctx, { accountIds }) => links.erase(ctx, accountIds),
    ),
    collection(
      'match_candidates',
      async (ctx, { accountIds }) => candidates.countOf(ctx, await models.newestVersion(ctx), accountIds),
      nobodyElse(async (ctx, { accountIds }) => {
        await candidates.erase(ctx, await models.newestVersion(ctx), accountIds);
      }),
    ),
    collection(
      'blocks',
      (ctx, { accountIds }) => blocks.countOf(ctx, accountIds),
      nobodyElse((ctx, { accountIds }) => blocks.erase(ctx, accountIds)),
    ),
    collection(
      'consents',
      (ctx, { accountIds }) => consents.count(ctx, accountIds),
      (ctx, { accountIds }) => consents.erase(ctx, accountIds),
    ),
    collection(
      'processing_limits',
      (ctx, { accountIds }) => limits.count(ctx, accountIds),
      nobodyElse((ctx, { accountIds }) => limits.erase(ctx, accountIds)),
    ),
    ...loyaltyCollections(stores),
    collection(
      'contacts',
      (ctx, { accountIds }) => stores.contacts.count(ctx, accountIds),
      nobodyElse((ctx, { accountIds }) => stores.contacts.erase(ctx, accountIds)),
    ),
    collection(
      'manual_traits',
      (ctx, { accountIds }) => manualTraits.count(ctx, accountIds),
      nobodyElse((ctx, { accountIds }) => manualTraits.erase(ctx, accountIds)),
    ),
    collection(
      'changes',
      (ctx, { profileIds }) => changes.count(ctx, profileIds),
      nobodyElse((ctx, { profileIds }) => changes.erase(ctx, profileIds)),
    ),
    collection(
      'listed_members',
      (ctx, { accountIds }) => lists.count(ctx, accountIds),
      nobodyElse((ctx, { accountIds }) => lists.erase(ctx, accountIds)),
    ),
    collection(
      'tag_assignments',
      (ctx, { accountIds }) => tagAssignments.count(ctx, accountIds),
      nobodyElse((ctx, { accountIds }) => tagAssignments.erase(ctx, accountIds)),
    ),
    collection(
      'standings',
      (ctx, { profileIds }) => standings.countOf(ctx, profileIds),
      nobodyElse((ctx, { profileIds }) => standings.erase(ctx, profileIds)),
    ),
    collection(
      'membership_changes',
      (ctx, { profileIds }) => memberships.count(ctx, profileIds),
      nobodyElse((ctx, { profileIds }) => memberships.erase(ctx, profileIds)),
    ),
    collection(
      'webhook_deliveries',
      (ctx, { profileIds }) => deliveries.count(ctx, profileIds),
      nobodyElse((ctx, { profileIds }) => deliveries.erase(ctx, profileIds)),
    ),
    collection(
      'claims',
      (ctx, { holdings }) => claims.countHeld(ctx, holdings),
      (ctx, { holdings }) => claims.erase(ctx, holdings),
    ),
    {
      name: 'accounts',
      count: (ctx, { accountIds }) => accounts.countByIds(ctx, accountIds),
      erase: nobodyElse((ctx, { accountIds }) => accounts.erase(ctx, accountIds)),
    },
    collection(
      'events',
      (ctx, { accountIds }) => events.count(ctx, accountIds),
      nobodyElse(async (ctx, { accountIds }) => {
        for (const accountId of accountIds) await events.erase(ctx, accountId);
      }),
    ),
  ];
}

/** Takes accounts out of all that tells of them: for whoever wrote them while their person was being erased. */
export type EraseAccounts = (ctx: TenantContext, accounts: ErasedAccounts) => Promise<void>;

export function eraserOf(stores: ErasedStores): EraseAccounts {
  const collections = erasedCollections(stores);
  return async (ctx, accounts) => {
    for (const { erase } of collections) await toEnd(erase(ctx, accounts));
  };
}
