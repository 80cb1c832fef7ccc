import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { idOf, keyOf } from '../platform/ids.js';
import { openText, placeOf, sealText } from '../platform/seal.js';
import { upTo } from '../platform/span.rules.js';
import { WebhookDelivery, type WebhookDeliveryState } from './webhook-delivery.entity.js';

/** A delivery as it is stored. */
export type StoredDelivery = WebhookDelivery & Stored;

/** A delivery to be filed. */
export type NewDelivery = Omit<WebhookDelivery, 'tenantId' | 'sealed' | 'claim'> & { readonly body: string };

/** What became of a delivery. */
export type DeliveryOutcome = Partial<
  Pick<WebhookDelivery, 'state' | 'attempts' | 'nextAt' | 'statusCode' | 'fault' | 'deliveredAt' | 'lastAttemptAt'>
>;

const LONG_AGO = new Date(0);

/** The collection of deliveries: what is to be sent, and what was. */
export class WebhookDeliveryStore {
  constructor(private readonly database: Database) {}

  /** Files deliveries; those that are there stay as they are. One command. */
  async add(ctx: TenantContext, deliveries: readonly NewDelivery[]): Promise<void> {
    const rows = deliveries.map(({ id, body, ...delivery }) => {
      const _id = keyOf(ctx.tenantId, id);
      const sealed = sealText(ctx.keys.data, placeOf('webhook_deliveries', _id), body);
      return { _id, tenantId: ctx.tenantId, claim: null, ...delivery, sealed } as unknown as StoredDelivery;
    });
    await this.database.insertNew(WebhookDelivery, rows);
  }

  /** Deliveries by id; those that are not there are left out. One command. */
  async find(ctx: TenantContext, ids: readonly string[]): Promise<StoredDelivery[]> {
    return this.database.findByKeys(
      WebhookDelivery,
      ids.map((id) => keyOf(ctx.tenantId, id)),
    );
  }

  /** When one of them is to be tried next; undefined where none is. One command. */
  async nextDue({ tenantId }: TenantContext): Promise<Date | undefined> {
    const filter = { tenantId, nextAt: { $gt: LONG_AGO } };
    const found = this.database.collection(WebhookDelivery).find(filter as object, { projection: { nextAt: 1 } });
    const [first] = await found.sort({ nextAt: 1 }).limit(1).toArray();
    return first?.nextAt ?? undefined;
  }

  /** Deliveries to one destination whose time has come, those waiting longest first. One command. */
  async due(ctx: TenantContext, destinationId: string, most: number): Promise<StoredDelivery[]> {
    const filter = { tenantId: ctx.tenantId, destinationId, nextAt: { $gt: LONG_AGO, ...upTo(ctx.now()) } };
    const found = this.database.collection(WebhookDelivery).find(filter as object);
    return (await found.sort({ nextAt: 1 }).limit(most).toArray()) as unknown as StoredDelivery[];
  }

  /**
   * Takes deliveries to try them: nobody else does until `until`. Those that somebody else has taken are left out. One
   * command, one more where there are any.
   */
  async claim(
    ctx: TenantContext,
    rows: readonly StoredDelivery[],
    claim: string,
    until: Date,
  ): Promise<StoredDelivery[]> {
    const set = { claim, nextAt: until, lastAttemptAt: ctx.now() };
    const operations = rows.map(({ _id, attempts, nextAt }) => {
      return { filter: { _id, attempts, nextAt }, update: { $set: { ...set, attempts: attempts + 1 } } };
    });
    const taken = rows.map((row): StoredDelivery => ({ ...row, ...set, attempts: row.attempts + 1 }));
    if ((await this.database.updateEach(WebhookDelivery, operations)) === rows.length) return taken;
    const keys = rows.map(({ _id }) => _id);
    const now = await this.database.findByKeys(WebhookDelivery, keys, { claim: 1 });
    const own = new Set(now.flatMap((row) => (row.claim === claim ? [row._id] : [])));
    return taken.filter(({ _id }) => own.has(_id));
  }

  /** Notes what became of deliveries that are still under this claim. One command. */
  async settle(
    rows: readonly { readonly row: StoredDelivery; readonly outcome: DeliveryOutcome }[],
    claim: string,
  ): Promise<void> {
    await this.database.updateEach(
      WebhookDelivery,
      rows.map(({ row, outcome }) => ({ filter: { _id: row._id, claim }, update: { $set: outcome } })),
    );
  }

  /** Sets deliveries as they are to be tried anew, of those that are in this state; how many were. One command. */
  again(
    ctx: TenantContext,
    ids: readonly string[],
    state: WebhookDeliveryState,
    outcome: DeliveryOutcome,
  ): Promise<number> {
    const operations = ids.map((id) => {
      return { filter: { _id: keyOf(ctx.tenantId, id), state }, update: { $set: { ...outcome, claim: null } } };
    });
    return this.database.updateEach(WebhookDelivery, operations);
  }

  /** Deliveries to a destination behind one, the newest first. One command. */
  async page(
    ctx: TenantContext,
    { destinationId, state }: { readonly destinationId: string; readonly state: WebhookDeliveryState | null },
    after: string | undefined,
    limit: number,
  ): Promise<StoredDelivery[]> {
    const behind = after !== undefined && { _id: { $lt: keyOf(ctx.tenantId, after) } };
    const filter = { tenantId: ctx.tenantId, destinationId, ...behind, ...(state && { state }) };
    const found = this.database.collection(WebhookDelivery).find(filter as object);
    return (await found.sort({ _id: -1 }).limit(limit).toArray()) as unknown as StoredDelivery[];
  }

  /** The body as it is sent. */
  bodyOf(ctx: TenantContext, { _id, sealed }: StoredDelivery): string {
    return openText(ctx.keys.data, placeOf('webhook_deliveries', _id), sealed);
  }

  /** Deletes all to a destination. One command. */
  async removeOf({ tenantId }: TenantContext, destinationId: string): Promise<void> {
    await this.database.deleteMany(WebhookDelivery, { tenantId, destinationId });
  }

  /** How many tell of profiles. One command. */
  count(ctx: TenantContext, profileIds: readonly string[]): Promise<number> {
    return this.database.collection(WebhookDelivery).countDocuments(ofProfiles(ctx, profileIds) as object);
  }

  /** Deletes those that tell of profiles. One command. */
  async erase(ctx: TenantContext, profileIds: readonly string[]): Promise<void> {
    await this.database.deleteMany(WebhookDelivery, ofProfiles(ctx, profileIds));
  }
}

/** The delivery as the API shows it. */
export function shownDelivery(stored: StoredDelivery): WebhookDelivery {
  return { ...stored, id: idOf(stored._id) };
}

function ofProfiles({ tenantId }: TenantContext, profileIds: readonly string[]): Record<string, unknown> {
  return { tenantId, profileId: { $in: [...profileIds] } };
}
