import { setTimeout as delay } from 'node:timers/promises';
import type { EventStore } from '../events/event.store.js';
import { type Change, isAboutStandings } from '../platform/changes.js';
import type { TenantContext } from '../platform/context.js';
import { doubling } from '../platform/pauses.js';
import { piecesOf } from '../platform/pieces.js';
import type { Reaction } from '../platform/reaction-runner.js';
import type { SlotStore } from '../profiles/slot.store.js';
import type { CustomerNoteService } from './customer-note.service.js';

const PIECE = 100;
/** A change is told of before its events are stored: they are looked for ever less often. */
const FIRST_LOOK_MS = 20;
const LONGEST_LOOK_MS = 320;
const LONGEST_WAIT_MS = 2_000;
/** No writer takes longer from a change to its events. */
const LATEST_EVENT_MS = 60_000;

/** After these a profile is made of other events, or may be judged by them or not. */
const MOVING_PATHS = new Set(['mergedIds', 'accounts', 'withheld']);

/** Keeps where customers stand up to date as things happen to them. */
export class CustomerReactionService implements Reaction {
  readonly name = 'lifecycle';

  constructor(
    private readonly notes: CustomerNoteService,
    private readonly events: EventStore,
    private readonly slots: SlotStore,
  ) {}

  async react(ctx: TenantContext, changes: readonly Change[]): Promise<void> {
    const moving = changes.filter((change) => !isAboutStandings(change) && isMoving(change));
    for await (const piece of piecesOf(moving, PIECE)) await this.take(ctx, piece);
  }

  async recompute(ctx: TenantContext): Promise<void> {
    for await (const piece of piecesOf(this.slots.livingAfter(ctx, null), PIECE))
      await this.notes.look(
        ctx,
        piece.map(({ id }) => id),
      );
  }

  private async take(ctx: TenantContext, changes: readonly Change[]): Promise<void> {
    const missing = await this.missing(ctx, [...new Set(changes.flatMap(({ eventIds }) => eventIds))]);
    const isLacking = ({ eventIds }: Change) => eventIds.some((id) => missing.has(id));
    const lacking = new Set(changes.filter(isLacking).map(({ profileId }) => profileId));
    const others = changes.map(({ profileId }) => profileId).filter((id) => !lacking.has(id));
    await this.notes.look(ctx, others);
    await this.notes.look(ctx, [...lacking], new Date(ctx.now().getTime() + LATEST_EVENT_MS));
  }

  /** The events that are not stored yet, after two seconds at most. */
  private async missing(ctx: TenantContext, eventIds: readonly string[]): Promise<Set<string>> {
    const missing = new Set(eventIds);
    let waited = 0;
    for (const pause of doubling(FIRST_LOOK_MS, LONGEST_LOOK_MS)) {
      if (missing.size > 0) for (const id of await this.events.existing(ctx, [...missing])) missing.delete(id);
      if (missing.size === 0 || waited >= LONGEST_WAIT_MS) return missing;
      await delay(pause);
      waited += pause;
    }
    return missing;
  }
}

function isMoving({ kind, paths, eventIds }: Change): boolean {
  return kind !== 'UPDATED' || eventIds.length > 0 || paths.some((path) => MOVING_PATHS.has(path));
}
