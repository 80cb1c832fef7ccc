import type { TenantContext } from '../platform/context.js';
import { AppError, badInput, notFound } from '../platform/errors.js';
import { idOf, kindOfId, ulid } from '../platform/ids.js';
import { randomBytesOf } from '../platform/random.js';
import { MOST_DESTINATIONS, readName, readUrl } from './destination.rules.js';
import { secretFrom } from './signature.rules.js';
import type { WebhookSecretPayload } from './webhook.view.js';
import type { WebhookDeliveryStore } from './webhook-delivery.store.js';
import { type WebhookDestination, WebhookDestinationStatus } from './webhook-destination.entity.js';
import type { DestinationChange, StoredDestination, WebhookDestinationStore } from './webhook-destination.store.js';
import type { WebhookOutboxService } from './webhook-outbox.service.js';

const SECRET_BYTES = 32;
const MILLISECONDS_PER_HOUR = 3_600_000;
const LONGEST_OVERLAP_HOURS = 168;

/** What a destination is changed to; what is absent stays. */
export interface DestinationEdit {
  readonly name?: string | null;
  readonly url?: string | null;
  readonly isEnabled?: boolean | null;
}

/** Makes, changes and deletes the destinations of a tenant. */
export class WebhookDestinationService {
  constructor(
    private readonly destinations: WebhookDestinationStore,
    private readonly deliveries: WebhookDeliveryStore,
    private readonly outbox: Pick<WebhookOutboxService, 'wakeUp'>,
    private readonly toLoopback: boolean,
  ) {}

  /** All of the tenant, in the order they were made. One command. */
  async list(ctx: TenantContext): Promise<WebhookDestination[]> {
    return (await this.destinations.all(ctx)).map(shown);
  }

  /** Null where there is none. */
  async find(ctx: TenantContext, id: string): Promise<WebhookDestination | null> {
    const found = (await this.destinations.find(ctx, kindOfId(id) === 'whd' ? [id] : [])).get(id);
    return found ? shown(found) : null;
  }

  /** The address that a destination as it was shown is at. */
  urlOf(ctx: TenantContext, destination: WebhookDestination): string {
    return this.destinations.secretsOf(ctx, destination as StoredDestination).url;
  }

  /** Makes one, with a secret that is told this once; CONFLICT where the tenant has 20 already. */
  async create(ctx: TenantContext, name: string, address: string): Promise<WebhookSecretPayload> {
    const [read, url] = [readName(name), readUrl(address, this.toLoopback)];
    if ((await this.destinations.all(ctx)).length >= MOST_DESTINATIONS)
      throw new AppError('CONFLICT', `A tenant has at most ${MOST_DESTINATIONS} destinations of webhooks.`);
    const [now, secret] = [ctx.now(), newSecret()];
    const made = {
      id: `whd_${ulid(now)}`,
      name: read,
      host: url.host,
      status: WebhookDestinationStatus.ENABLED,
      version: 1,
      formerSecretUntil: null,
      createdAt: now,
      updatedAt: now,
    };
    const stored = await this.destinations.add(ctx, made, { url: url.href, secret, former: null });
    this.outbox.wakeUp(ctx); // a tenant without any is looked at once a minute
    return { destination: shown(stored), secret };
  }

  /** Changes what is given. */
  async update(ctx: TenantContext, id: string, { name, url, isEnabled }: DestinationEdit): Promise<WebhookDestination> {
    const stored = await this.get(ctx, id);
    const address = url === null || url === undefined ? undefined : readUrl(url, this.toLoopback);
    const { ENABLED, DISABLED } = WebhookDestinationStatus;
    return this.change(ctx, stored, {
      ...(name !== null && name !== undefined && { name: readName(name) }),
      ...(typeof isEnabled === 'boolean' && { status: isEnabled ? ENABLED : DISABLED }),
      ...(address && {
        host: address.host,
        secrets: { ...this.destinations.secretsOf(ctx, stored), url: address.href },
      }),
    });
  }

  /** Gives it a new secret; deliveries are signed with the one before as well for so many hours. */
  async rotate(ctx: TenantContext, id: string, overlapHours: number): Promise<WebhookSecretPayload> {
    if (!Number.isInteger(overlapHours) || overlapHours < 0 || overlapHours > LONGEST_OVERLAP_HOURS)
      throw badInput('overlapHours', `must be a whole number from 0 to ${LONGEST_OVERLAP_HOURS}`);
    const stored = await this.get(ctx, id);
    const { url, secret: before } = this.destinations.secretsOf(ctx, stored);
    const [secret, isBoth] = [newSecret(), overlapHours > 0];
    const until = new Date(ctx.now().getTime() + overlapHours * MILLISECONDS_PER_HOUR);
    const destination = await this.change(ctx, stored, {
      secrets: { url, secret, former: isBoth ? before : null },
      formerSecretUntil: isBoth ? until : null,
    });
    return { destination, secret };
  }

  /** Deletes it with its deliveries; one that is filed meanwhile expires with the others. */
  async delete(ctx: TenantContext, id: string): Promise<boolean> {
    await this.get(ctx, id);
    await this.destinations.remove(ctx, id);
    await this.deliveries.removeOf(ctx, id);
    return true;
  }

  private async get(ctx: TenantContext, id: string): Promise<StoredDestination> {
    const found = (await this.destinations.find(ctx, kindOfId(id) === 'whd' ? [id] : [])).get(id);
    if (!found) throw notFound('The destination');
    return found;
  }

  private async change(ctx: TenantContext, stored: StoredDestination, change: DestinationChange) {
    const changed = await this.destinations.change(ctx, stored, change);
    if (!changed) throw new AppError('CONFLICT', `${idOf(stored._id)} is being changed by somebody else; try again.`);
    return shown(changed);
  }
}

function newSecret(): string {
  return secretFrom(randomBytesOf(SECRET_BYTES));
}

function shown(stored: StoredDestination): WebhookDestination {
  return { ...stored, id: idOf(stored._id) };
}
