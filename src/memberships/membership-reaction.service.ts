import { setTimeout as delay } from 'node:timers/promises';
import type { CatalogueService } from '../catalogue/catalogue.service.js';
import type { Event } from '../events/event.entity.js';
import type { EventOpeningService } from '../events/event-opening.service.js';
import { type Change, isAboutStandings } from '../platform/changes.js';
import type { TenantContext } from '../platform/context.js';
import { groupBy } from '../platform/group-by.rules.js';
import { doubling } from '../platform/pauses.js';
import { piecesOf } from '../platform/pieces.js';
import type { Reaction } from '../platform/reaction-runner.js';
import type { ProfileStore } from '../profiles/profile.store.js';
import type { SlotStore } from '../profiles/slot.store.js';
import type { RuleIndex } from '../rules/rule-index.rules.js';
import type { SubjectEvent } from '../rules/subject.js';
import type { SegmentService } from '../segments/segment.service.js';
import type { EvaluationService, Look } from './evaluation.service.js';
import { type ProfileTouch, reasonOf, touchedBy } from './touch.rules.js';

const PIECE = 100;
/** A change is told of before its events are stored: they are looked for ever less often. */
const FIRST_LOOK_MS = 20;
const LONGEST_LOOK_MS = 320;
const LONGEST_WAIT_MS = 2_000;
const SHORT_WAIT_MS = 300;
/** No writer takes longer from a change to its events. */
const LATEST_EVENT_MS = 60_000;

/** Keeps memberships up to date as profiles change: asks, of those that changed, the rules that the change can touch. */
export class MembershipReactionService implements Reaction {
  readonly name = 'memberships';

  constructor(
    private readonly segments: SegmentService,
    private readonly evaluation: EvaluationService,
    private readonly openings: EventOpeningService,
    private readonly catalogue: CatalogueService,
    private readonly profiles: ProfileStore,
    private readonly slots: SlotStore,
  ) {}

  async react(ctx: TenantContext, changes: readonly Change[]): Promise<void> {
    const own = changes.filter((change) => !isAboutStandings(change));
    for (let at = 0; at < own.length; at += PIECE) await this.take(ctx, own.slice(at, at + PIECE));
  }

  async recompute(ctx: TenantContext): Promise<void> {
    if ((await this.segments.book(ctx)).entries.size === 0) return;
    for await (const piece of piecesOf(this.slots.livingAfter(ctx, null), PIECE))
      await this.evaluation.evaluate(ctx, new Map(piece.map(({ id }) => [id, { reason: 'recomputation' }])));
  }

  private async take(ctx: TenantContext, changes: readonly Change[]): Promise<void> {
    const eventIds = [...new Set(changes.flatMap((change) => change.eventIds))];
    const { entries, index } = await this.segments.book(ctx);
    const isAsked = entries.size > 0;
    const events = await this.awaited((ids) => this.openings.byIds(ctx, ids, isAsked), eventIds, isAsked);
    await this.observe(ctx, changes, events);
    if (!isAsked) return;
    const byProfile = groupBy(changes, ({ profileId }) => profileId);
    const looks = [...byProfile].map(([profileId, own]): [string, Look] => {
      const touches = own.map(({ kind, paths, eventIds: ids }) => {
        return { kind, paths, events: ids.flatMap((id) => asSubjectEvent(events.get(id))) };
      });
      const touched = touches.map((touch) => touchedBy(touch, index));
      const isWhole = touched.includes(undefined);
      const isMissing = own.some(({ eventIds: ids }) => ids.some((id) => !events.has(id)));
      return [
        profileId,
        {
          reason: reasonsOf(touches, index),
          segmentIds: isWhole ? undefined : new Set(touched.flatMap((ids) => [...(ids ?? [])])),
          againAt: isMissing ? new Date(ctx.now().getTime() + LATEST_EVENT_MS) : undefined,
        },
      ];
    });
    const felt = looks.filter(([, { segmentIds, againAt }]) => segmentIds?.size !== 0 || againAt);
    if (felt.length > 0) await this.evaluation.evaluate(ctx, new Map(felt));
  }

  /**
   * Events by id, waited for where they are not stored yet: for two seconds, or a moment where it is their names alone that
   * are noted. A writer that was killed leaves them to its client's retry.
   */
  private async awaited(
    read: (ids: readonly string[]) => Promise<Map<string, Event>>,
    ids: readonly string[],
    isAsked: boolean,
  ): Promise<Map<string, Event>> {
    const found = await read(ids);
    let waited = 0;
    for (const pause of doubling(FIRST_LOOK_MS, LONGEST_LOOK_MS)) {
      if (found.size === ids.length || waited >= (isAsked ? LONGEST_WAIT_MS : SHORT_WAIT_MS)) return found;
      await delay(pause);
      waited += pause;
      const missing = ids.filter((id) => !found.has(id));
      for (const [id, event] of await read(missing)) found.set(id, event);
    }
    return found;
  }

  /** Notes what rules may name from now on. */
  private async observe(ctx: TenantContext, changes: readonly Change[], events: ReadonlyMap<string, Event>) {
    const changed = changes.filter(({ paths }) => paths.includes('traits.custom')).map(({ profileId }) => profileId);
    const living = changed.length > 0 ? await this.profiles.resolve(ctx, [...new Set(changed)]) : new Map();
    const custom = [...living.values()].map((stored) => this.profiles.open(ctx, stored).state.traits.custom);
    await this.catalogue.observe(ctx, { custom, events: [...events.values()] });
  }
}

/** What a profile is looked at for, where several of its changes come together: the first of them. */
function reasonsOf(touches: readonly ProfileTouch[], index: RuleIndex): string {
  const merged = touches.map((touch) => reasonOf(touch, index));
  return merged.find((reason) => reason === 'merge' || reason === 'unmerge') ?? merged[0] ?? '';
}

function asSubjectEvent(event: Event | undefined): SubjectEvent[] {
  if (!event) return [];
  const { name, messageId, occurredAt, properties } = event;
  return [{ name, messageId, occurredAt: occurredAt.getTime(), properties }];
}
