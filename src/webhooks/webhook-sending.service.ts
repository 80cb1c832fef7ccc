import pLimit from 'p-limit';
import type { TenantContext } from '../platform/context.js';
import { idOf, ulid } from '../platform/ids.js';
import { randomBytesOf } from '../platform/random.js';
import { signedHeaders } from './signature.rules.js';
import type { WebhookDeliveryState, WebhookFault } from './webhook-delivery.entity.js';
import type { DeliveryOutcome, StoredDelivery, WebhookDeliveryStore } from './webhook-delivery.store.js';
import { WebhookDestinationStatus } from './webhook-destination.entity.js';
import type { DestinationSecrets, StoredDestination, WebhookDestinationStore } from './webhook-destination.store.js';
import { SWITCHED_OFF } from './webhook-outbox.service.js';
import { verdictOf } from './webhook-outcome.rules.js';
import type { Post } from './webhook-post.js';

const PIECE = 20;
const AT_A_TIME = 4;
/** A process that was killed while it sent leaves its deliveries to others after so long. */
const CLAIMED_MS = 120_000;
/** How long a destination in trouble is left alone. */
const HELD_UP_MS = 30_000;

/** How sending a piece went. */
export interface SentPiece {
  /** Whether there may be more to send at once. */
  readonly isMore: boolean;
  /** Whether the destination is to be left alone for a while. */
  readonly isHeldUp: boolean;
}

/** A piece being sent. */
interface Round {
  readonly stored: StoredDestination;
  readonly secrets: DestinationSecrets;
  readonly claim: string;
  isHeldUp: boolean;
  isGone: boolean;
}

/** Sends what is due, and notes what became of it. */
export class WebhookSendingService {
  constructor(
    private readonly destinations: WebhookDestinationStore,
    private readonly deliveries: WebhookDeliveryStore,
    private readonly post: Post,
  ) {}

  /** The destinations of a tenant. One command. */
  destinationsOf(ctx: TenantContext): Promise<StoredDestination[]> {
    return this.destinations.all(ctx);
  }

  /** When something is to be tried next; undefined where nothing is. One command. */
  nextAt(ctx: TenantContext): Promise<Date | undefined> {
    return this.deliveries.nextDue(ctx);
  }

  /**
   * Tries at most twenty deliveries to one destination, four at a time. What was sent and not noted, as a kill leaves it,
   * is sent again under the same id. Two commands, and one a delivery.
   */
  async sendPiece(ctx: TenantContext, stored: StoredDestination): Promise<SentPiece> {
    const due = await this.deliveries.due(ctx, idOf(stored._id), PIECE);
    if (due.length === 0) return { isMore: false, isHeldUp: false };
    const claim = ulid(ctx.now());
    const claimed = await this.deliveries.claim(ctx, due, claim, new Date(ctx.now().getTime() + CLAIMED_MS));
    const secrets = this.destinations.secretsOf(ctx, stored);
    const isOff = stored.status !== WebhookDestinationStatus.ENABLED;
    const round: Round = { stored, secrets, claim, isHeldUp: false, isGone: isOff };
    const limit = pLimit(AT_A_TIME);
    await Promise.all(claimed.map((row) => limit(() => this.take(ctx, round, row))));
    return { isMore: due.length === PIECE && !round.isHeldUp, isHeldUp: round.isHeldUp };
  }

  private async take(ctx: TenantContext, round: Round, row: StoredDelivery): Promise<void> {
    const outcome = outcomeUnsent(ctx, round, row) ?? (await this.attempt(ctx, round, row));
    await this.deliveries.settle([{ row, outcome }], round.claim);
  }

  private async attempt(ctx: TenantContext, round: Round, row: StoredDelivery): Promise<DeliveryOutcome> {
    const { stored, secrets } = round;
    const [body, at] = [this.deliveries.bodyOf(ctx, row), ctx.now()];
    const headers = signedHeaders({ id: idOf(row._id), at, body }, secretsAt(stored, secrets, at));
    const result = await this.post(new URL(secrets.url), { headers, body });
    const now = ctx.now();
    const verdict = verdictOf(result, row.attempts, now, (randomBytesOf(1)[0] ?? 0) / 255);
    round.isHeldUp ||= verdict.isHeldUp;
    if (verdict.isGone && !round.isGone) await this.endDestination(ctx, round);
    return {
      state: verdict.state as WebhookDeliveryState,
      nextAt: verdict.pauseMs === null ? null : new Date(now.getTime() + verdict.pauseMs),
      statusCode: verdict.statusCode,
      fault: verdict.fault as WebhookFault | null,
      deliveredAt: verdict.state === 'DELIVERED' ? now : null,
    };
  }

  /** Where somebody has changed it meanwhile, it goes on as they said. */
  private async endDestination(ctx: TenantContext, round: Round): Promise<void> {
    round.isGone = true;
    await this.destinations.change(ctx, round.stored, { status: WebhookDestinationStatus.GONE });
  }
}

/** What becomes of a delivery that is not tried after all; undefined where it is. */
function outcomeUnsent(ctx: TenantContext, round: Round, { attempts }: StoredDelivery): DeliveryOutcome | undefined {
  if (round.isGone) return { ...SWITCHED_OFF, attempts: attempts - 1 };
  if (!round.isHeldUp) return undefined;
  return { attempts: attempts - 1, nextAt: new Date(ctx.now().getTime() + HELD_UP_MS) };
}

/** The secrets that sign: both, while the former one still holds. */
function secretsAt(
  { formerSecretUntil }: StoredDestination,
  { secret, former }: DestinationSecrets,
  at: Date,
): string[] {
  const isHolding = former !== null && formerSecretUntil !== null && at < formerSecretUntil;
  return isHolding ? [secret, former] : [secret];
}
