import type { TenantContext } from '../platform/context.js';
import type { Database, Stored } from '../platform/database.js';
import { idOf, keyOf } from '../platform/ids.js';
import { openJson, placeOf, sealJson } from '../platform/seal.js';
import { WebhookDestination } from './webhook-destination.entity.js';

/** A destination as it is stored. */
export type StoredDestination = WebhookDestination & Stored;

/** What of a destination is sealed. */
export interface DestinationSecrets {
  readonly url: string;
  readonly secret: string;
  /** The one before; it signs until `formerSecretUntil`. */
  readonly former: string | null;
}

/** What a change sets. */
export type DestinationChange = Partial<Pick<WebhookDestination, 'name' | 'host' | 'status' | 'formerSecretUntil'>> & {
  readonly secrets?: DestinationSecrets;
};

const READ_AT_MOST = 100;

/** The collection of destinations. */
export class WebhookDestinationStore {
  constructor(private readonly database: Database) {}

  /** All of a tenant, in the order they were made. One command. */
  async all({ tenantId }: Pick<TenantContext, 'tenantId'>): Promise<StoredDestination[]> {
    const found = this.database.collection(WebhookDestination).find({ tenantId } as object);
    return (await found.sort({ _id: 1 }).limit(READ_AT_MOST).toArray()) as unknown as StoredDestination[];
  }

  /** Destinations by id; those that are not there are left out. One command. */
  async find(ctx: TenantContext, ids: readonly string[]): Promise<Map<string, StoredDestination>> {
    const keys = ids.map((id) => keyOf(ctx.tenantId, id));
    const found = await this.database.findByKeys(WebhookDestination, keys);
    return new Map(found.map((stored) => [idOf(stored._id), stored]));
  }

  /** Stores a new one. One command. */
  async add(
    ctx: TenantContext,
    { id, ...destination }: Omit<WebhookDestination, 'tenantId' | 'sealed'>,
    secrets: DestinationSecrets,
  ): Promise<StoredDestination> {
    const _id = keyOf(ctx.tenantId, id);
    const sealed = sealSecrets(ctx, _id, secrets);
    const stored = { _id, tenantId: ctx.tenantId, ...destination, sealed } as StoredDestination;
    await this.database.insertNew(WebhookDestination, [stored]);
    return stored;
  }

  /** Changes one that is still of this version; undefined where it is not. One command. */
  async change(
    ctx: TenantContext,
    stored: StoredDestination,
    { secrets, ...values }: DestinationChange,
  ): Promise<StoredDestination | undefined> {
    const { _id, version } = stored;
    const sealed = secrets && { sealed: sealSecrets(ctx, _id, secrets) };
    const set = { ...values, ...sealed, version: version + 1, updatedAt: ctx.now() };
    const matched = await this.database.updateEach(WebhookDestination, [
      { filter: { _id, version }, update: { $set: set } },
    ]);
    return matched === 1 ? { ...stored, ...set } : undefined;
  }

  /** Deletes one; whether it was there. One command. */
  async remove(ctx: TenantContext, id: string): Promise<boolean> {
    return (await this.database.deleteMany(WebhookDestination, { _id: keyOf(ctx.tenantId, id) })) === 1;
  }

  /** Its address and secrets. */
  secretsOf(ctx: TenantContext, { _id, sealed }: StoredDestination): DestinationSecrets {
    return openJson(ctx.keys.data, placeOf('webhook_destinations', _id), sealed) as DestinationSecrets;
  }
}

function sealSecrets(ctx: TenantContext, _id: string, secrets: DestinationSecrets): Buffer {
  return sealJson(ctx.keys.data, placeOf('webhook_destinations', _id), secrets);
}
