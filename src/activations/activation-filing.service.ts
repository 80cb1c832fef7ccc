import type { TenantContext } from '../platform/context.js';
import type { ProfileStore } from '../profiles/profile.store.js';
import type { ProfileState } from '../profiles/profile-state.js';
import type { SegmentStore } from '../segments/segment.store.js';
import type { WebhookOutboxService } from '../webhooks/webhook-outbox.service.js';
import { noticeOf, type Turn } from './activation-notice.rules.js';
import { mayBeContacted } from './contact-permission.rules.js';
import type { SegmentActivation } from './segment-activation.entity.js';

/** Files turns for the destinations that are to be told of them. */
export class ActivationFilingService {
  constructor(
    private readonly profiles: ProfileStore,
    private readonly segments: SegmentStore,
    private readonly outbox: WebhookOutboxService,
  ) {}

  /**
   * Files turns that come after each activation. Who may not be contacted for its purpose is not told of as entering; who
   * leaves is told of always: the receiver must stop. Of those who were erased nothing is told. Repeating it is harmless.
   * No command where no activation is concerned, five at most.
   */
  async file(ctx: TenantContext, activations: readonly SegmentActivation[], turns: readonly Turn[]): Promise<void> {
    const pairs = turns.flatMap((turn) =>
      activations
        .filter(({ segmentId, createdAt }) => segmentId === turn.segmentId && turn.at >= createdAt)
        .map((activation) => ({ turn, activation })),
    );
    if (pairs.length === 0) return;
    const segmentIds = [...new Set(pairs.map(({ turn }) => turn.segmentId))];
    const [people, segments] = await Promise.all([
      this.people(ctx, [...new Set(pairs.map(({ turn }) => turn.profileId))]),
      this.segments.find(ctx, segmentIds),
    ]);
    const names = new Map(segments.map(({ _id, name }) => [_id, name]));
    const nameOf = (id: string) => names.get(`${ctx.tenantId}:${id}`) ?? null;
    const told = pairs.filter(({ turn, activation }) => {
      if (people.erased.has(turn.profileId)) return false;
      if (!turn.entered) return true;
      return mayBeContacted(people.states.get(turn.profileId), activation.purpose, ctx.now(), ctx.settings);
    });
    await this.outbox.file(
      ctx,
      told.map(({ turn, activation }) => noticeOf(turn, activation, nameOf(turn.segmentId))),
    );
  }

  private async people(ctx: TenantContext, ids: readonly string[]) {
    const { living, erased } = await this.profiles.lead(ctx, ids);
    const states = new Map<string, ProfileState>();
    for (const [id, stored] of living) states.set(id, this.profiles.open(ctx, stored).state);
    return { states, erased };
  }
}
