import type { ActivityState } from '../lifecycle/activity-state.js';
import type { LifecycleStage } from '../lifecycle/lifecycle-stage.js';

/** A step of a lifecycle, as it is noted. */
export interface NotedStep {
  readonly from: LifecycleStage | null;
  readonly to: LifecycleStage;
  readonly activity: ActivityState;
  readonly at: Date;
  readonly reason: string;
}

/** A customer's scores, as they are noted. */
export interface NotedScores {
  /** Of the cuts. */
  readonly version: number;
  /** The calendar day of the last order, counted from 1 January 1970. */
  readonly lastDay: number;
  readonly frequency: number;
  /** Null where the tenant seals order values: then they are read from the events. */
  readonly monetary: string | null;
  readonly r: number;
  readonly f: number;
  readonly m: number;
  readonly tier: string;
  readonly cycleDays: number | null;
  readonly expectedDay: number | null;
  readonly careDay: number | null;
}

/** Where a customer stands, as it is noted in the profile. */
export interface CustomerStanding {
  /** Null where nothing is known that it could follow from, or it must not be judged. */
  readonly stage: LifecycleStage | null;
  readonly since: Date | null;
  readonly activity: ActivityState | null;
  /** The newest steps, oldest first. */
  readonly history: readonly NotedStep[];
  readonly scores: NotedScores | null;
  /** When that may change though nothing happens. */
  readonly dueAt: Date | null;
}

/** A standing as it is stored: written where it is still what was read. */
export interface CustomerNote extends CustomerStanding {
  readonly revision: string;
  /** What has turned and was not told of yet, as changes name it. */
  readonly untold: readonly string[];
}
