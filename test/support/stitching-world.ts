import { createHash } from 'node:crypto';
import type { Channel } from '../../src/channels/channel.js';
import { definitionOf } from '../../src/channels/channel-definitions.js';
import { IdentifierType } from '../../src/channels/identifier-type.js';
import { loadConfig } from '../../src/config.js';
import { Event } from '../../src/events/event.entity.js';
import { eventIdOf } from '../../src/events/event.service.js';
import type { MergePayload } from '../../src/identities/identity-graph.view.js';
import { IdentityEdgeKind } from '../../src/identities/link.entity.js';
import { partingsIn } from '../../src/identities/link.rules.js';
import { LinkStore } from '../../src/identities/link.store.js';
import type { UnmergePayload } from '../../src/identities/match-restitch.view.js';
import { identifierKey } from '../../src/ingestion/identifier-key.js';
import type { IngestOutcome } from '../../src/ingestion/ingestion.service.js';
import type { CandidateRecord } from '../../src/likeness/candidate.rules.js';
import { MatchCandidate } from '../../src/likeness/match-candidate.entity.js';
import { MatchModelStore } from '../../src/likeness/match-model.store.js';
import type { MatchStatus } from '../../src/likeness/match-status.js';
import type { MatchModel } from '../../src/matching/match-model.js';
import { Change } from '../../src/platform/changes.js';
import type { RequestContext } from '../../src/platform/context.js';
import { Database } from '../../src/platform/database.js';
import type { Sensitivity } from '../../src/platform/entity.js';
import { idOf, ulid } from '../../src/platform/ids.js';
import { Loaders } from '../../src/platform/loaders.js';
import { RequestTrail } from '../../src/platform/request-trail.js';
import { derivedUlid, type TenantKeys } from '../../src/platform/seal.js';
import type { ConsentPurpose } from '../../src/privacy/consent-purpose.js';
import type { ProfileFacts } from '../../src/profiles/derive.rules.js';
import { MergeCompletionService } from '../../src/profiles/merge-completion.service.js';
import { Profile } from '../../src/profiles/profile.entity.js';
import { ProfileStore } from '../../src/profiles/profile.store.js';
import type { StoredProfile } from '../../src/profiles/profile-document.js';
import { accountIdOf } from '../../src/profiles/profile-id.rules.js';
import type { ProfileState } from '../../src/profiles/profile-state.js';
import { createServices, prepareDatabase, type Services } from '../../src/services.js';
import type { Settings } from '../../src/tenants/tenant.entity.js';
import { withDefaults } from '../../src/tenants/tenant.rules.js';
import { barringLinks } from './barring-links.js';
import { decidedPersons, type KeyOf } from './decided-persons.js';
import { Failures, failingDatabase } from './failing-database.js';
import {
  type AccountIdOf,
  accountIdOfItem,
  type Item,
  joinedBySharing,
  type NaivePerson,
  stitchNaively,
} from './naive-stitching.js';
import { NEVER_ROTATED, newBlindingKey, newKeyRing } from './tenant-keys.js';
import { testServer } from './test-server.js';

const JOINING = [IdentityEdgeKind.IDENTIFIER, IdentityEdgeKind.PROBABILISTIC, IdentityEdgeKind.MANUAL];
const secretOf = (name: string) => createHash('sha256').update(name).digest();
/** The same for every tenant of these tests, so that a failing script fails again. */
export const KEYS: TenantKeys = {
  data: newKeyRing('AES_GCM_SHA256', secretOf('data')),
  index: newBlindingKey(secretOf('index')),
  id: newBlindingKey(secretOf('id')),
  ...NEVER_ROTATED,
};
/** Whatever people share makes them one: what is tested is how they become one. */
const UNLIMITED: Partial<Settings> = {
  identifierRules: Object.fromEntries(Object.values(IdentifierType).map((type) => [type, { most: null }])),
};
const STANDARD = ['name', 'birthday', 'phone', 'email', 'city'] as const;

/** The product's services on the real database of the test run, with no server between. */
export class StitchingWorld {
  private constructor(
    readonly database: Database,
    readonly services: Services,
    /** Stops the services at a command. */
    readonly failures: Failures,
  ) {}

  static async open(failures = new Failures()): Promise<StitchingWorld> {
    const { databaseUri, databaseName } = testServer();
    const database = await Database.connect(databaseUri, { dbName: databaseName });
    await prepareDatabase(database);
    const secret = 'x'.repeat(32);
    const config = loadConfig({ JWT_SECRET: secret, MASTER_KEY: secret });
    const services = await createServices({
      config,
      database: failingDatabase(database, failures),
      erasureGraceMs: 20,
    });
    return new StitchingWorld(database, services, failures);
  }

  close(): Promise<void> {
    return this.database.close();
  }

  /** A tenant that holds nothing yet. */
  newTenant(settings: Partial<Settings> = UNLIMITED, keys: TenantKeys = KEYS): TenantWorld {
    return this.tenant(`stitch-${ulid(new Date()).slice(-16).toLowerCase()}`, settings, keys);
  }

  /** A tenant as this process sees it. */
  tenant(tenantId: string, settings: Partial<Settings> = UNLIMITED, keys: TenantKeys = KEYS): TenantWorld {
    const ctx = {
      tenantId,
      requestId: tenantId,
      keys,
      settings: withDefaults(settings),
      now: () => new Date(),
      principal: { kind: 'USER', tenantId, subject: 'tester', roles: ['ADMIN'], purposes: ['SERVICE'] },
      access: { may: () => true, unseen: new Set<Sensitivity>() },
    } as const;
    return new TenantWorld(
      tenantId,
      () => ({ ...ctx, loaders: new Loaders(), trail: new RequestTrail() }),
      this.database,
      this.services,
    );
  }
}

/** One tenant: a script is delivered to it, and what came of it is read. */
export class TenantWorld {
  constructor(
    readonly tenantId: string,
    readonly newContext: () => RequestContext,
    private readonly database: Database,
    private readonly services: Services,
  ) {}

  /** Ids of the changes that matching has dealt with. */
  private readonly matched = new Set<string>();

  readonly accountIdOf: AccountIdOf = (channel: Channel, { type, value }) =>
    `acc_${derivedUlid(KEYS, definitionOf(channel).number, type, '', value)}`;

  /** Sends one batch. */
  deliver(items: readonly Item[]): Promise<IngestOutcome> {
    const raw = items.map((item, index) => ({ source: 'TEST', index, raw: item, input: inputOf(item) }));
    return this.services.ingestion.ingest(this.newContext(), raw);
  }

  /** What the product must come to. */
  expected(items: readonly Item[], merged: readonly (readonly string[])[] = []): NaivePerson[] {
    return this.stitched(items, (once) => joinedBySharing(once, this.accountIdOf, merged));
  }

  /** What the product must come to under the tenant's limits, and by what people said of its accounts. */
  async expectedByDecision(items: readonly Item[], model?: MatchModel): Promise<NaivePerson[]> {
    const ctx = this.newContext();
    const accountIds = items.map((item) => accountIdOfItem(item, this.accountIdOf));
    const links = await new LinkStore(this.database).findByAccounts(ctx, [...new Set(accountIds)]);
    const keyOf: KeyOf = (channel, type, value) =>
      identifierKey(ctx, channel, { type, value, namespace: null, linking: true });
    return this.stitched(items, (once) =>
      decidedPersons(once, this.accountIdOf, keyOf, { settings: ctx.settings, links, ...(model && { model }) }),
    );
  }

  private stitched(items: readonly Item[], personsOf: Parameters<typeof stitchNaively>[3]): NaivePerson[] {
    return stitchNaively(items, this.accountIdOf, (messageId) => eventIdOf(this.newContext(), messageId), personsOf);
  }

  /** What it has come to. */
  async persons(): Promise<NaivePerson[]> {
    const ctx = this.newContext();
    const store = new ProfileStore(this.database);
    const all = await this.profileDocuments();
    const led = await store.resolve(
      ctx,
      all.map(({ _id }) => idOf(_id)),
    );
    const accounts = new Map<string, string[]>();
    for (const [id, root] of led) accounts.set(root._id, [...(accounts.get(root._id) ?? []), accountIdOf(id)]);
    const messageIds = new Map((await this.events()).map(({ id, messageId }) => [id, messageId]));
    const roots = new Map([...led.values()].map((root) => [root._id, root]));
    return [...roots.values()]
      .map((root) => personOf(store.open(ctx, root), accounts.get(root._id) ?? [], messageIds))
      .sort((a, b) => ((a.accountIds[0] ?? '') < (b.accountIds[0] ?? '') ? -1 : 1));
  }

  /** All events stored. */
  async events(): Promise<{ id: string; messageId: string; accountId: string }[]> {
    const found = await this.database.collection(Event).find({ tenantId: this.tenantId }).toArray();
    return found.map(({ _id, messageId, accountId }) => ({ id: idOf(String(_id)), messageId, accountId }));
  }

  /** All profile documents: those that live, and redirects. */
  async profileDocuments(): Promise<StoredProfile[]> {
    return (await this.database
      .collection(Profile)
      .find({ tenantId: this.tenantId })
      .toArray()) as unknown as StoredProfile[];
  }

  /** The ids of the profiles that accounts lead to. */
  async profileIdsOf(accountIds: readonly string[]): Promise<string[]> {
    const { profiles: roots } = await this.services.stitching.standingOf(this.newContext(), accountIds);
    return accountIds.flatMap((id) => idOf(roots.get(id)?._id ?? ''));
  }

  /** Each living profile, opened, and the accounts that lead to it. */
  async living(): Promise<{ state: ProfileState; accountIds: string[] }[]> {
    const ctx = this.newContext();
    const store = new ProfileStore(this.database);
    const all = (await this.profileDocuments()).map(({ _id }) => idOf(_id));
    const led = await store.resolve(ctx, all);
    const roots = new Map([...led.values()].map((root) => [root._id, root]));
    const accountsOf = (key: string) => all.filter((id) => led.get(id)?._id === key).map(accountIdOf);
    return [...roots].map(([key, root]) => ({
      state: store.open(ctx, root).state,
      accountIds: accountsOf(key).sort(),
    }));
  }

  /** What profiles are derived from. */
  factsOf(accountIds: readonly string[]): Promise<ProfileFacts | undefined> {
    return this.services.derivations.factsOf(this.newContext(), accountIds);
  }

  /** Sets a trait by hand. */
  async setTrait(profileId: string, trait: string, value: unknown): Promise<void> {
    await this.services.manualTraits.set(this.newContext(), profileId, trait, value, 'They told us.');
  }

  /** Records a consent by hand; when it was said. */
  async recordConsent(profileId: string, purpose: ConsentPurpose, granted: boolean): Promise<Date> {
    const nothing = { expiresAt: null, evidence: null, guardian: null, grant: null };
    const asked = { purpose, granted, policyVersion: '1', ...nothing };
    return (await this.services.consents.record(this.newContext(), profileId, null, asked)).at;
  }

  /** Takes a profile apart. */
  part(profileId: string, parts: readonly (readonly string[])[]): Promise<string[]> {
    return this.services.partings.part(this.newContext(), profileId, parts);
  }

  /** Says that accounts of different groups are different persons, and lets nobody decide on it yet. */
  async bar(groups: readonly (readonly string[])[]): Promise<void> {
    await new LinkStore(this.database).add(this.newContext(), barringLinks(groups));
  }

  /** The pairs of accounts that people took apart and have not joined since. */
  async partedPairs(): Promise<string[][]> {
    const accountIds = (await this.profileDocuments()).map(({ _id }) => accountIdOf(idOf(_id)));
    const links = await new LinkStore(this.database).findByAccounts(this.newContext(), accountIds);
    return partingsIn(links).flatMap(({ sides: [left, right] }) => left.flatMap((a) => right.map((b) => [a, b])));
  }

  /** The pairs among these accounts that stored evidence makes one person. */
  async linkedPairs(accountIds: readonly string[]): Promise<(readonly [string, string])[]> {
    const links = await new LinkStore(this.database).findByAccounts(this.newContext(), accountIds);
    return links.filter(({ active, kind }) => active && JOINING.includes(kind)).map((link) => link.accountIds);
  }

  /** Lets the reaction finish what others have begun, as they began it: who is one person is not decided again. */
  async complete(): Promise<void> {
    const { stitching, partings } = this.services;
    await new MergeCompletionService(new ProfileStore(this.database), stitching, partings).recompute(this.newContext());
  }

  /** Stores a model as the tenant's first. */
  async learn(model: MatchModel): Promise<void> {
    await new MatchModelStore(this.database).add(this.newContext(), model, 'job_first');
  }

  /** Lets accounts be matched as they came in: all that was told of and not dealt with yet, and what follows from that. */
  async matchLive(): Promise<void> {
    const matching = this.services.reactions.find(({ name }) => name === 'live matching');
    for (;;) {
      const news = (await this.told()).filter(({ _id }) => !this.matched.has(_id));
      if (news.length === 0) return;
      await matching?.react(this.newContext(), news);
      for (const { _id } of news) this.matched.add(_id);
    }
  }

  /** What was told of profiles, in the order of their rows. */
  async told(): Promise<Change[]> {
    const found = await this.database.collection(Change).find({ tenantId: this.tenantId }).sort({ _id: 1 }).toArray();
    return found as unknown as Change[];
  }

  /** Decides on everybody anew, as the job does once settings have changed. */
  async restitch(): Promise<void> {
    const [restitching] = this.services.jobWork.kinds;
    if (restitching?.kind !== 'restitch') throw new Error('There is no job that decides anew.');
    const context = async () => this.newContext();
    const { signal } = new AbortController();
    const job = { id: 'job', checkpoint: null, signal, context, save: async () => {}, progress: async () => {} };
    await restitching.run(this.newContext(), { dryRun: false }, job);
  }

  /** Takes accounts out of a profile by hand. */
  unmerge(profileId: string, accountIds: readonly string[]): Promise<UnmergePayload> {
    return this.services.merges.unmerge(this.newContext(), profileId, accountIds, 'They are two.');
  }

  /** The candidates that wait for a person. */
  async pendingMatches(): Promise<CandidateRecord[]> {
    const found = await this.database
      .collection(MatchCandidate)
      .find({ tenantId: this.tenantId, status: 'PENDING' as MatchStatus })
      .toArray();
    return found.map(({ _id, ...candidate }) => ({
      ...candidate,
      id: idOf(String(_id)),
    })) as unknown as CandidateRecord[];
  }

  /** Says of a candidate whether the two are one person. */
  async review(candidateId: string, accept: boolean): Promise<void> {
    await this.services.matchReviews.review(this.newContext(), candidateId, accept, 'They told us.');
  }

  /** Joins two profiles by hand. */
  merge(into: string, from: string): Promise<MergePayload> {
    return this.services.merges.merge(this.newContext(), into, [from], 'They told us.');
  }
}

function inputOf({ messageId, channel, identifiers, traits, at, consents }: Item) {
  const said = { messageId, channel, identifiers, traits, occurredAt: new Date(at) };
  if (!consents) return { ...said, type: 'IDENTIFY' };
  const context = { consent: { categoryPreferences: consents } };
  return { ...said, type: 'TRACK', name: 'Segment Consent Preference Updated', context };
}

function present(values: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== null)) as Record<string, string>;
}

function personOf(
  { state }: ReturnType<ProfileStore['open']>,
  accountIds: readonly string[],
  messageIds: ReadonlyMap<string, string>,
): NaivePerson {
  const { traits, provenance, identifiers, accounts, recentEvents } = state;
  const standard = Object.fromEntries(STANDARD.map((trait) => [trait, traits[trait]]));
  const chosen = provenance.filter(({ value }) => value !== null);
  const folded = accounts.map(({ id }) => id).sort();
  const led = [...accountIds].sort();
  if (folded.join() !== led.join()) throw new Error(`A profile of ${folded.join()} is led to by ${led.join()}.`);
  return {
    accountIds: led,
    traits: { ...present(standard), ...present(traits.custom) },
    sources: Object.fromEntries(chosen.map(({ trait, accountId, observedAt }) => [trait, [accountId, +observedAt]])),
    identifiers: identifiers
      .map(({ type, value, firstSeenAt, lastSeenAt, channels }) =>
        [type, value, +firstSeenAt, +lastSeenAt, [...channels].sort().join('+')].join(' '),
      )
      .sort(),
    firstSeenAt: +state.firstSeenAt,
    lastSeenAt: +state.lastSeenAt,
    events: recentEvents.map(({ id }) => messageIds.get(id) ?? id),
  };
}
