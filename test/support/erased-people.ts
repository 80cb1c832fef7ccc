import { Channel } from '../../src/channels/channel.js';
import { IdentifierType } from '../../src/channels/identifier-type.js';
import { JobState } from '../../src/jobs/job.entity.js';
import type { Database } from '../../src/platform/database.js';
import { idOf, ulid } from '../../src/platform/ids.js';
import { ConsentPurpose } from '../../src/privacy/consent-purpose.js';
import { PrivacyRequestKind } from '../../src/rights/privacy-request.entity.js';
import { PRIVACY_JOB } from '../../src/rights/privacy-request.service.js';
import { PrivacyRequestStore, type StoredRequest } from '../../src/rights/privacy-request.store.js';
import type { Item } from './naive-stitching.js';
import { BEFORE, phone, user } from './stitching-scripts.js';
import type { StitchingWorld, TenantWorld } from './stitching-world.js';

const at = BEFORE[0]?.at ?? 0;
const tablet = { type: IdentifierType.DEVICE_ID, value: 'tablet-of-both' };

/** Who is erased: an account of the web and one of the shop's own. */
export const LEAVING: readonly Item[] = [
  {
    messageId: 'a0',
    channel: Channel.WEB,
    identifiers: [user(1), phone(1), tablet],
    traits: { name: 'Anna Adler' },
    at,
  },
  { messageId: 'a1', channel: Channel.CRM, identifiers: [phone(1)], traits: { city: 'Oslo' }, at: at + 1 },
  { messageId: 'a2', channel: Channel.WEB, identifiers: [user(1)], traits: { taste: 'gin' }, at: at + 2 },
];

/** Who stays, and shares a device with the other. */
export const STAYING: readonly Item[] = [
  { messageId: 'b0', channel: Channel.WEB, identifiers: [user(2), tablet], traits: { name: 'Bodo Braun' }, at: at + 3 },
  { messageId: 'b1', channel: Channel.WEB, identifiers: [user(2)], traits: { city: 'Riga' }, at: at + 4 },
];

/** Two people of a tenant, and what the first has left in it. */
export async function twoPeople(tenant: TenantWorld): Promise<{ readonly id: string; readonly accountIds: string[] }> {
  await tenant.deliver(LEAVING);
  await tenant.deliver(STAYING);
  const accountIds = [tenant.accountIdOf(Channel.WEB, user(1)), tenant.accountIdOf(Channel.CRM, phone(1))];
  const [id = ''] = await tenant.profileIdsOf(accountIds);
  await tenant.recordConsent(id, ConsentPurpose.MARKETING, false);
  await tenant.setTrait(id, 'nickname', 'Anni');
  return { id, accountIds };
}

/** Takes a demand for erasure down, and lets nobody meet it yet. */
export function demandErasure(world: StitchingWorld, tenant: TenantWorld, profileId: string): Promise<string> {
  return takeDown(world, tenant, profileId, PrivacyRequestKind.ERASURE);
}

/** Takes a demand down, and lets nobody meet it yet. */
export async function takeDown(
  world: StitchingWorld,
  tenant: TenantWorld,
  profileId: string,
  kind: PrivacyRequestKind,
  lift = false,
): Promise<string> {
  const ctx = tenant.newContext();
  const { _id } = await new PrivacyRequestStore(world.database).add(ctx, {
    id: `prq_${ulid(new Date())}`,
    kind,
    state: JobState.QUEUED,
    createdAt: new Date(),
    dueAt: new Date(),
    finishedAt: null,
    counts: {},
    certificate: null,
    error: null,
    dryRun: false,
    lift,
    profileId,
    requestedBy: 'tester',
    demand: { reason: 'They wrote so.', corrections: null },
    place: null,
    exportedUntil: null,
  });
  return idOf(_id);
}

/** Runs the job that meets demands, from wherever an earlier one has come to. */
export async function meetDemands(world: StitchingWorld, tenant: TenantWorld): Promise<void> {
  const work = world.services.jobWork.kinds.find(({ kind }) => kind === PRIVACY_JOB);
  const context = async () => tenant.newContext();
  const { signal } = new AbortController();
  const job = { id: 'job', checkpoint: null, signal, context, save: async () => {}, progress: async () => {} };
  await work?.run(tenant.newContext(), {}, job);
}

/** A demand as it is stored now. */
export async function storedDemand(world: StitchingWorld, tenant: TenantWorld, id: string): Promise<StoredRequest> {
  const found = await new PrivacyRequestStore(world.database).find(tenant.newContext(), id);
  if (!found) throw new Error('The demand is not there.');
  return found;
}

/** All documents of a tenant that name one of these, as `collection key`; tombstones and what is kept by decision aside. */
export async function naming(world: StitchingWorld, tenant: TenantWorld, names: readonly string[]): Promise<string[]> {
  const documents = await documentsOf(world.database, tenant.tenantId);
  return documents
    .filter((one) => !isKept(one) && namedIn(one, names).length > 0)
    .map(({ collection, document }) => `${collection} ${String(document._id)}`);
}

/** A stored document and where it is. */
export interface FoundDocument {
  readonly collection: string;
  readonly document: Readonly<Record<string, unknown>>;
}

/** Which of these names stand anywhere in a document. */
export function namedIn({ document }: FoundDocument, names: readonly string[]): string[] {
  const text = JSON.stringify(document);
  return names.filter((name) => text.includes(name));
}

/** Whether a document may name who was erased: a tombstone, that they were, what they demanded, and what the log says. */
export function isKept({ collection, document }: FoundDocument): boolean {
  if (collection.startsWith('audit_') || collection === 'privacy_requests') return true;
  if (collection === 'changes') return document.kind === 'ERASED';
  const names = Object.keys(document).sort().join();
  return collection === 'profiles' && names === '_id,erasedAt,revision,tenantId';
}

/** All that is stored of a tenant. */
export async function documentsOf({ connection: { db } }: Database, tenantId: string): Promise<FoundDocument[]> {
  const collections = (await db?.listCollections().toArray()) ?? [];
  const found = collections.map(async ({ name: collection }) => {
    const documents = (await db?.collection(collection).find({ tenantId }).toArray()) ?? [];
    return documents.map((document): FoundDocument => ({ collection, document }));
  });
  return (await Promise.all(found)).flat();
}
