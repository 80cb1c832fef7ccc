import type { TenantContext } from '../platform/context.js';
import { timedUlid } from '../platform/ids.js';
import { type WebhookDelivery, WebhookDeliveryState, WebhookFault } from './webhook-delivery.entity.js';
import type { NewDelivery, WebhookDeliveryStore } from './webhook-delivery.store.js';
import { WebhookDestinationStatus } from './webhook-destination.entity.js';
import type { WebhookDestinationStore } from './webhook-destination.store.js';

const DAYS_KEPT = 30;
const MILLISECONDS_PER_DAY = 86_400_000;

/** Something that a destination is to be told. */
export interface WebhookNotice {
  readonly destinationId: string;
  /** What it is about, and nothing else is: told twice for one destination and moment, it is filed once. */
  readonly key: string;
  /** Names parted by full stops, as `segment.entered`. */
  readonly type: string;
  /** When it happened. */
  readonly at: Date;
  /** Whom it tells of: erased with them; null where nobody. */
  readonly profileId: string | null;
  /** Ids and names that the tenant gave; no values of a person. */
  readonly data: Readonly<Record<string, unknown>>;
}

/** Is told of the tenant that has something to send. */
type Wake = (tenantId: string) => void;

/** Takes what is to be sent: once it is filed, it is sent whatever happens to this process. */
export class WebhookOutboxService {
  private wake: Wake = () => undefined;

  constructor(
    private readonly destinations: WebhookDestinationStore,
    private readonly deliveries: WebhookDeliveryStore,
  ) {}

  /** Lets whoever sends in this process know at once; others look every two seconds. */
  listen(wake: Wake): void {
    this.wake = wake;
  }

  /**
   * Files what is to be told, and returns the ids of the deliveries; what goes to a destination that is no more is left
   * out, and what goes to one that is switched off is filed as FAILED. Repeating it is harmless. Two commands.
   */
  async file(ctx: TenantContext, notices: readonly WebhookNotice[]): Promise<string[]> {
    if (notices.length === 0) return [];
    const ids = [...new Set(notices.map(({ destinationId }) => destinationId))];
    const known = await this.destinations.find(ctx, ids);
    const rows = notices.flatMap((notice): NewDelivery[] => {
      const destination = known.get(notice.destinationId);
      return destination ? [deliveryOf(ctx, notice, destination.status === WebhookDestinationStatus.ENABLED)] : [];
    });
    await this.deliveries.add(ctx, rows);
    this.wakeUp(ctx);
    return rows.map(({ id }) => id);
  }

  /** Lets what is due be looked for at once. */
  wakeUp({ tenantId }: TenantContext): void {
    this.wake(tenantId);
  }
}

function deliveryOf(ctx: TenantContext, notice: WebhookNotice, isEnabled: boolean): NewDelivery {
  const { destinationId, key, type, at, profileId, data } = notice;
  const now = ctx.now();
  return {
    id: `whm_${timedUlid(at, destinationId, key)}`,
    destinationId,
    type,
    profileId,
    ...(isEnabled ? toBeTried(now) : SWITCHED_OFF),
    attempts: 0,
    lastAttemptAt: null,
    statusCode: null,
    createdAt: now,
    deliveredAt: null,
    expiresAt: new Date(now.getTime() + DAYS_KEPT * MILLISECONDS_PER_DAY),
    body: JSON.stringify({ type, timestamp: at.toISOString(), data }),
  };
}

type Standing = Pick<WebhookDelivery, 'state' | 'nextAt' | 'fault'>;

/** What is switched off is listed and not tried. */
export const SWITCHED_OFF: Standing = {
  state: WebhookDeliveryState.FAILED,
  nextAt: null,
  fault: WebhookFault.DISABLED,
};

/** To be tried from now on. */
export function toBeTried(now: Date): Standing {
  return { state: WebhookDeliveryState.PENDING, nextAt: now, fault: null };
}
