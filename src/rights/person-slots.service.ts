import { accountKeys } from '../channels/account.service.js';
import type { AccountStore, StoredAccount } from '../channels/account.store.js';
import type { Channel } from '../channels/channel.js';
import type { EventStore } from '../events/event.store.js';
import { identifierKey } from '../ingestion/identifier-key.js';
import type { ObservedIdentifier } from '../ingestion/observation.js';
import type { TenantContext } from '../platform/context.js';
import { piecesOf } from '../platform/pieces.js';
import { accountIdOf } from '../profiles/profile-id.rules.js';
import type { LeadingSlot, TombstoneStore } from '../profiles/tombstone.store.js';
import type { ErasedAccounts } from './erased-collections.js';
import { type Mentioned, mentionedBy } from './mentions.rules.js';

/** An account holds the newest 200: earlier ones are in its events. */
const MOST_IDENTIFIERS = 200;
const EVENTS_READ_AT_ONCE = 200;
const SLOTS_AT_ONCE = 500;
const MOST_SOUGHT = 100_000;

/** An identifier of a person, in clear and blinded. */
export interface OwnIdentifier extends Pick<ObservedIdentifier, 'type' | 'value'> {
  readonly key: string;
}

/** Goes through the accounts of one person, whatever their number. */
export class PersonSlotsService {
  constructor(
    private readonly tombstones: TombstoneStore,
    private readonly accounts: AccountStore,
    private readonly events: EventStore,
  ) {}

  /** The slots of a profile, or of what its tombstone stands for, in pieces: the founder's first, then behind a place. */
  piecesOf(ctx: TenantContext, root: string, after: string | null, size: number): AsyncGenerator<LeadingSlot[]> {
    return piecesOf(this.slotsOf(ctx, root, after), size);
  }

  /** How many accounts lead to a profile, with its founder's. */
  async count(ctx: TenantContext, root: string): Promise<number> {
    return 1 + (await this.tombstones.countLeading(ctx, root));
  }

  private async *slotsOf(ctx: TenantContext, root: string, after: string | null): AsyncGenerator<LeadingSlot> {
    if (after === null) yield { id: root, wasProfile: true };
    yield* this.tombstones.leadingTo(ctx, root, after === root ? null : after);
  }

  /** What leads to all that is stored of the accounts of some slots. */
  async erasedAccounts(ctx: TenantContext, slots: readonly LeadingSlot[]): Promise<ErasedAccounts> {
    const accountIds = slots.map(({ id }) => accountIdOf(id));
    const holdings = new Map<string, Set<string>>();
    for await (const [accountId, { key }] of this.identifiersOf(ctx, accountIds))
      holdings.set(key, (holdings.get(key) ?? new Set()).add(accountId));
    const profileIds = slots.filter(({ wasProfile }) => wasProfile).map(({ id }) => id);
    return { accountIds, profileIds, holdings };
  }

  /**
   * What a person is known by, to be looked for in text: all of it at once, so that what is looked through is read once;
   * in several where it is more than memory should hold.
   */
  async *mentioned(ctx: TenantContext, root: string): AsyncGenerator<Mentioned> {
    let ids: string[] = [];
    let identifiers: OwnIdentifier[] = [];
    for await (const slots of this.piecesOf(ctx, root, null, SLOTS_AT_ONCE)) {
      const accountIds = slots.map(({ id }) => accountIdOf(id));
      ids.push(...accountIds, ...slots.map(({ id }) => id));
      for await (const [, identifier] of this.identifiersOf(ctx, accountIds)) identifiers.push(identifier);
      if (ids.length + identifiers.length < MOST_SOUGHT) continue;
      yield mentionedBy(identifiers, ids);
      [ids, identifiers] = [[], []];
    }
    if (ids.length > 0) yield mentionedBy(identifiers, ids);
  }

  /** All identifiers of accounts, by account: those that they hold, and of full ones those that their events brought. */
  async *identifiersOf(ctx: TenantContext, accountIds: readonly string[]): AsyncGenerator<[string, OwnIdentifier]> {
    const accounts = await this.accounts.findByIds(ctx, accountIds);
    for (const account of accounts.values()) {
      for (const identifier of account.identifiers) yield [account.id, identifier];
      if (account.identifiers.length < MOST_IDENTIFIERS) continue;
      for await (const identifier of this.broughtBy(ctx, account)) yield [account.id, identifier];
    }
  }

  private async *broughtBy(ctx: TenantContext, account: StoredAccount): AsyncGenerator<OwnIdentifier> {
    const keys = accountKeys(ctx, account, account);
    for await (const piece of this.events.ofAccount(ctx, account.id, EVENTS_READ_AT_ONCE)) {
      for (const event of piece) {
        const { identifiers = [] } = this.events.openSealed(event, keys).payload as {
          identifiers?: readonly ObservedIdentifier[];
        };
        for (const one of identifiers) yield { ...one, key: identifierKey(ctx, event.channel as Channel, one) };
      }
    }
  }
}
