import type { RequestContext } from '../platform/context.js';
import { badInput, notFound } from '../platform/errors.js';
import { kindOfId, ulid } from '../platform/ids.js';
import { decodeCursor, encodeCursor, pageOf, pageSize } from '../platform/page.js';
import type { WebhookDeliveryConnection } from './webhook.view.js';
import { type WebhookDelivery, WebhookDeliveryState } from './webhook-delivery.entity.js';
import { shownDelivery, type WebhookDeliveryStore } from './webhook-delivery.store.js';
import type { WebhookDestinationService } from './webhook-destination.service.js';
import { toBeTried, type WebhookOutboxService } from './webhook-outbox.service.js';

const MOST_RESENT = 100;

/** Which deliveries are asked for. */
export interface AskedDeliveries {
  readonly destinationId: string;
  readonly state: WebhookDeliveryState | null;
}

/** Tells what became of deliveries, and sends them again by hand. */
export class WebhookDeliveryService {
  constructor(
    private readonly deliveries: WebhookDeliveryStore,
    private readonly destinations: Pick<WebhookDestinationService, 'find'>,
    private readonly outbox: WebhookOutboxService,
  ) {}

  /** Null where there is none, or it has expired. */
  async find(ctx: RequestContext, id: string): Promise<WebhookDelivery | null> {
    const [found] = kindOfId(id) === 'whm' ? await this.deliveries.find(ctx, [id]) : [];
    return found ? shownDelivery(found) : null;
  }

  /** Deliveries to a destination, the newest first; NOT_FOUND where there is no such destination. */
  async list(
    ctx: RequestContext,
    asked: AskedDeliveries,
    first: number,
    after: string | null,
  ): Promise<WebhookDeliveryConnection> {
    const size = pageSize(first);
    await this.requireDestination(ctx, asked.destinationId);
    const query = JSON.stringify(['webhook deliveries', asked.destinationId, asked.state]);
    const place = after ? String(decodeCursor(ctx, query, after)[0]) : undefined;
    const rows = await this.deliveries.page(ctx, asked, place, size + 1);
    const cursorOf = ({ id }: WebhookDelivery) => encodeCursor(ctx, query, [id]);
    return pageOf(rows.map(shownDelivery), size, cursorOf, place !== undefined);
  }

  /**
   * Sends FAILED deliveries again, at most 100, as if they were new, under their ids; how many there were. Others are
   * left as they are; NOT_FOUND, and nothing is sent, where one is not there.
   */
  async resend(ctx: RequestContext, ids: readonly string[]): Promise<number> {
    const known = [...new Set(ids)];
    if (known.length > MOST_RESENT) throw badInput('ids', `must be at most ${MOST_RESENT}`);
    const wrong = known.findIndex((id) => kindOfId(id) !== 'whm');
    if (wrong >= 0) throw badInput(`ids[${wrong}]`, 'is no id of a delivery');
    if ((await this.deliveries.find(ctx, known)).length < known.length) throw notFound('One of the deliveries');
    const anew = { ...toBeTried(ctx.now()), attempts: 0 };
    const count = await this.deliveries.again(ctx, known, WebhookDeliveryState.FAILED, anew);
    this.outbox.wakeUp(ctx);
    return count;
  }

  /** Files a message of the type `webhook.test`, which tells of nothing. */
  async test(ctx: RequestContext, destinationId: string): Promise<WebhookDelivery> {
    await this.requireDestination(ctx, destinationId);
    const at = ctx.now();
    const notice = { destinationId, key: ulid(at), type: 'webhook.test', at, profileId: null, data: { destinationId } };
    const [id = ''] = await this.outbox.file(ctx, [notice]);
    const [filed] = await this.deliveries.find(ctx, [id]);
    if (!filed) throw notFound('The destination');
    return shownDelivery(filed);
  }

  private async requireDestination(ctx: RequestContext, id: string): Promise<void> {
    if (!(await this.destinations.find(ctx, id))) throw notFound('The destination');
  }
}
