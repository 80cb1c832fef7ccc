import type { Event } from '../events/event.entity.js';
import { MILLISECONDS_PER_DAY } from '../platform/dates.rules.js';
import { type LifecycleSettings, lifecycleOf } from './lifecycle-settings.js';
import { LifecycleStage } from './lifecycle-stage.js';
import { stageMovesOf } from './stage-moves.rules.js';

/** What a journey is made of: events in the order of time, each with the stage it showed. */
export interface JourneyRecord {
  readonly steps: readonly { readonly event: Event; readonly stage: LifecycleStage }[];
  readonly currentStage: LifecycleStage;
  readonly channels: readonly Event['channel'][];
  readonly durationDays: number;
}

/**
 * A person's way through the stages, from events in any order, by the tenant's moves; without any it stands at AWARENESS.
 * Silence is no step of it.
 */
export function journeyOf(events: readonly Event[], settings: LifecycleSettings = lifecycleOf({})): JourneyRecord {
  const ordered = [...events].sort((a, b) => a.occurredAt.getTime() - b.occurredAt.getTime() || (a.id < b.id ? -1 : 1));
  const moves = stageMovesOf(settings);
  let stage: LifecycleStage = LifecycleStage.AWARENESS;
  let hasBought = false;
  const steps = ordered.map((event) => {
    stage = moves.stageAfter(event, { stage, hasBought });
    hasBought ||= moves.isPurchase(event);
    return { event, stage };
  });
  const [first, last] = [ordered[0], ordered.at(-1)];
  return {
    steps,
    currentStage: stage,
    channels: [...new Set(ordered.map(({ channel }) => channel))],
    durationDays: first && last ? (last.occurredAt.getTime() - first.occurredAt.getTime()) / MILLISECONDS_PER_DAY : 0,
  };
}
