import { accountKeys } from '../channels/account.service.js';
import type { AccountStore, StoredAccount } from '../channels/account.store.js';
import type { ContactStore } from '../contacts/contact.store.js';
import type { EventStore, StoredEvent } from '../events/event.store.js';
import type { LinkStore } from '../identities/link.store.js';
import type { QuarantineStore } from '../ingestion/quarantine.store.js';
import type { TenantContext } from '../platform/context.js';
import { notFound } from '../platform/errors.js';
import { idOf } from '../platform/ids.js';
import { reveal } from '../platform/protect.js';
import type { ConsentStore } from '../privacy/consent.store.js';
import type { ProcessingLimitStore } from '../privacy/processing-limit.store.js';
import type { ManualTraitStore } from '../profiles/manual-trait.store.js';
import type { ProfileStore } from '../profiles/profile.store.js';
import { accountIdOf } from '../profiles/profile-id.rules.js';
import type { TagAssignmentStore } from '../tags/tag-assignment.store.js';
import type { LoyaltyStores } from './erased-collections.js';
import { loyaltySections } from './loyalty-sections.js';
import type { MentionSweepService } from './mention-sweep.service.js';
import type { PersonSlotsService } from './person-slots.service.js';
import type { PrivacyRequestStore } from './privacy-request.store.js';

const ACCOUNTS_AT_ONCE = 20;
const EVENTS_AT_ONCE = 200;

type Row = Readonly<Record<string, unknown>>;

/** What is exported of one collection. */
export interface ExportedSection {
  readonly name: string;
  readonly columns: readonly string[];
  /** In clear, as many at a time as memory holds. */
  rows(ctx: TenantContext, root: string): AsyncGenerator<Row>;
}

/** Where it is read. */
export interface ExportedStores {
  readonly accounts: AccountStore;
  readonly events: EventStore;
  readonly links: LinkStore;
  readonly consents: ConsentStore;
  readonly limits: ProcessingLimitStore;
  readonly manualTraits: ManualTraitStore;
  readonly loyalty: LoyaltyStores;
  readonly contacts: ContactStore;
  readonly tagAssignments: TagAssignmentStore;
  readonly profiles: ProfileStore;
  readonly quarantine: QuarantineStore;
  readonly requests: PrivacyRequestStore;
}

/** Reads all that is stored about a person, in clear and piece by piece. */
export class PersonExportService {
  constructor(
    private readonly stores: ExportedStores,
    private readonly slots: PersonSlotsService,
    private readonly sweep: MentionSweepService,
  ) {}

  /** The living profile that an id leads to; NOT_FOUND where there is none. */
  async rootOf(ctx: TenantContext, profileId: string): Promise<string> {
    const stored = (await this.stores.profiles.resolve(ctx, [profileId])).get(profileId);
    if (!stored) throw notFound(`The profile ${profileId}`);
    return idOf(stored._id);
  }

  /** A section each collection that tells of people in a way that they can read. */
  get sections(): readonly ExportedSection[] {
    const section = (name: string, columns: string, rows: ExportedSection['rows']): ExportedSection => ({
      name,
      columns: columns.split(' '),
      rows,
    });
    const all = 'id channel externalId externalIdType displayName identifiers attributes custom firstSeenAt lastSeenAt';
    const event = 'id accountId messageId type name channel trafficSource campaign touchpoint properties revenue';
    return [
      section(
        'profiles',
        'id traits provenance identifiers quality mergedIds createdAt updatedAt firstSeenAt lastSeenAt',
        (ctx, root) => this.profile(ctx, root),
      ),
      section('accounts', all, (ctx, root) => this.accounts(ctx, root)),
      section('events', `${event} occurredAt receivedAt payload`, (ctx, root) => this.events(ctx, root)),
      section(
        'consents',
        'id purpose granted channel policyVersion at expiresAt grant accountIds evidence guardian',
        (ctx, root) => this.consents(ctx, root),
      ),
      section('processing_limits', 'id kind granted at accountIds', (ctx, root) => this.limits(ctx, root)),
      section('manual_traits', 'id accountId trait value reason at', (ctx, root) => this.manualTraits(ctx, root)),
      ...loyaltySections(this.stores.loyalty).map(({ name, columns, rows }) =>
        section(name, columns, (ctx, root) => this.pieces(ctx, root, (ids) => rows(ctx, ids))),
      ),
      section('tags', 'id key kind accountId source confidence at expiresAt ending endedAt', (ctx, root) =>
        this.pieces(ctx, root, (ids) => this.stores.tagAssignments.told(ctx, ids)),
      ),
      section('contacts', 'id accountId channel campaign at', (ctx, root) =>
        this.pieces(ctx, root, (ids) => this.contacts(ctx, ids)),
      ),
      section('links', 'kind rule refusal accountIds active createdAt reason', (ctx, root) => this.links(ctx, root)),
      section('quarantine', 'id source code message receivedAt original', (ctx, root) => this.refused(ctx, root)),
      section('privacy_requests', 'id kind state createdAt finishedAt reason', (ctx, root) => this.demands(ctx, root)),
    ];
  }

  private async *contacts(ctx: TenantContext, ids: string[]): AsyncGenerator<Row> {
    for await (const { _id, accountId, channel, campaign, at } of this.stores.contacts.of(ctx, ids))
      yield { id: idOf(_id), accountId, channel, campaign, at };
  }

  private async *accountIds(ctx: TenantContext, root: string): AsyncGenerator<string[]> {
    for await (const piece of this.slots.piecesOf(ctx, root, null, ACCOUNTS_AT_ONCE))
      yield piece.map(({ id }) => accountIdOf(id));
  }

  private async *stored(ctx: TenantContext, root: string): AsyncGenerator<StoredAccount> {
    for await (const ids of this.accountIds(ctx, root))
      yield* (await this.stores.accounts.findByIds(ctx, ids)).values();
  }

  private async *profile(ctx: TenantContext, root: string): AsyncGenerator<Row> {
    const stored = (await this.stores.profiles.resolve(ctx, [root])).get(root);
    if (!stored) throw notFound(`The profile ${root}`);
    const { state } = this.stores.profiles.open(ctx, stored);
    yield { ...state, identifiers: state.identifiers.map(({ key: _, ...identifier }) => identifier) };
  }

  private async *accounts(ctx: TenantContext, root: string): AsyncGenerator<Row> {
    for await (const account of this.stored(ctx, root))
      yield { ...account, identifiers: account.identifiers.map(({ key: _, ...identifier }) => identifier) };
  }

  private async *events(ctx: TenantContext, root: string): AsyncGenerator<Row> {
    for await (const account of this.stored(ctx, root)) {
      for await (const piece of this.stores.events.ofAccount(ctx, account.id, EVENTS_AT_ONCE)) {
        for (const event of piece) yield this.opened(ctx, account, event);
      }
    }
  }

  private opened(ctx: TenantContext, account: StoredAccount, event: StoredEvent): Row {
    const { payload, overlays } = this.stores.events.openSealed(event, accountKeys(ctx, account, account));
    for (const overlay of Object.values(overlays)) reveal(event, overlay);
    return { ...event, id: idOf(event._id), payload };
  }

  private async *consents(ctx: TenantContext, root: string): AsyncGenerator<Row> {
    const told = new Set<string>();
    for await (const ids of this.accountIds(ctx, root)) {
      for await (const { fact, proof } of this.stores.consents.entriesOf(ctx, ids)) {
        if (told.has(fact.id)) continue;
        told.add(fact.id);
        yield { ...fact, evidence: proof.evidence, guardian: proof.guardian };
      }
    }
  }

  private async *limits(ctx: TenantContext, root: string): AsyncGenerator<Row> {
    for await (const ids of this.accountIds(ctx, root)) {
      for await (const fact of this.stores.limits.entriesOf(ctx, ids)) yield { ...fact };
    }
  }

  private async *manualTraits(ctx: TenantContext, root: string): AsyncGenerator<Row> {
    for await (const ids of this.accountIds(ctx, root)) {
      for await (const fact of this.stores.manualTraits.all(ctx, ids)) yield { ...fact };
    }
  }

  private async *pieces(ctx: TenantContext, root: string, rows: (ids: string[]) => AsyncIterable<Row>) {
    for await (const ids of this.accountIds(ctx, root)) yield* rows(ids);
  }

  private async *links(ctx: TenantContext, root: string): AsyncGenerator<Row> {
    for await (const ids of this.accountIds(ctx, root)) {
      for (const link of await this.stores.links.findByAccounts(ctx, ids)) yield { ...link };
    }
  }

  /** Refused items in which the person is mentioned by what their accounts are known by. */
  private async *refused(ctx: TenantContext, root: string): AsyncGenerator<Row> {
    for await (const who of this.slots.mentioned(ctx, root)) {
      for await (const { ids } of this.sweep.refused(ctx, who, null)) {
        for (const [id, record] of await this.stores.quarantine.findByIds(ctx, ids))
          yield { ...record, id, original: this.stores.quarantine.original(ctx, record).raw };
      }
    }
  }

  /** What was demanded under any id that leads to the person now. */
  private async *demands(ctx: TenantContext, root: string): AsyncGenerator<Row> {
    const { requests } = this.stores;
    for await (const slots of this.slots.piecesOf(ctx, root, null, ACCOUNTS_AT_ONCE)) {
      const ids = slots.filter(({ wasProfile }) => wasProfile).map(({ id }) => id);
      for (const request of ids.length > 0 ? await requests.ofProfiles(ctx, ids) : [])
        yield { ...request, id: idOf(request._id), reason: requests.demandOf(ctx, request)?.reason ?? null };
    }
  }
}
