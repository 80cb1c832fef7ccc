import type { LifecycleSettings, StageMove } from './lifecycle-settings.js';
import type { LifecycleStage } from './lifecycle-stage.js';

/** An event, as far as stages ask. */
export interface NamedEvent {
  readonly type: string;
  readonly name: string;
}

/** Where a customer is just before an event. */
export interface StageBefore {
  readonly stage: LifecycleStage;
  readonly hasBought: boolean;
}

type Means = (name: string) => boolean;

/** A tenant's moves, compiled once for all events. */
export interface StageMoves {
  /** The stage an event leads to, given where the customer is before it. */
  readonly stageAfter: (event: NamedEvent, before: StageBefore) => LifecycleStage;
  /** Whether a customer has bought by it. */
  readonly isPurchase: (event: NamedEvent) => boolean;
}

/** What an event is called among moves: one that identifies is called so, whatever its sender named it. */
function nameOf({ type, name }: NamedEvent): string {
  return type === 'IDENTIFY' ? 'identify' : name.toLowerCase();
}

function meansOneOf(names: readonly string[]): Means {
  const lower = names.map((name) => name.toLowerCase());
  const whole = new Set(lower);
  const beginnings = lower.filter((name) => name.endsWith('*')).map((name) => name.slice(0, -1));
  return (name) => whole.has(name) || beginnings.some((beginning) => name.startsWith(beginning));
}

/** The moves of a tenant's settings; of those that mean an event the first counts. */
export function stageMovesOf({ moves, purchases }: Pick<LifecycleSettings, 'moves' | 'purchases'>): StageMoves {
  const compiled = moves.map((move) => ({ move, means: meansOneOf(move.events) }));
  const isPurchase = meansOneOf(purchases);
  const leads = ({ from, hasBought }: StageMove, before: StageBefore) =>
    (from.length === 0 || from.includes(before.stage)) && (hasBought === null || hasBought === before.hasBought);
  return {
    stageAfter: (event, before) => {
      const name = nameOf(event);
      return compiled.find(({ move, means }) => means(name) && leads(move, before))?.move.to ?? before.stage;
    },
    isPurchase: (event) => isPurchase(nameOf(event)),
  };
}
