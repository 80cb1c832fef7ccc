import { holdsPersonalData } from '../platform/personal-data.rules.js';
import type { Calendar } from '../rules/calendar.rules.js';
import { ActivityState } from './activity-state.js';
import type { LifecycleSettings } from './lifecycle-settings.js';
import { LifecycleStage } from './lifecycle-stage.js';
import { type NamedEvent, type StageMoves, stageMovesOf } from './stage-moves.rules.js';

/** What a customer did. */
export interface Act extends NamedEvent {
  readonly id: string;
  /** In milliseconds. */
  readonly at: number;
}

/** A change of stage or activity, with what caused it. */
export interface LifecycleStep {
  /** In milliseconds: of silence the midnight at which it has lasted for so many days. */
  readonly at: number;
  readonly from: LifecycleStage | null;
  readonly to: LifecycleStage;
  readonly activity: ActivityState;
  readonly reason: string;
}

/** Where a customer stands at a moment. */
export interface LifecycleAt {
  readonly stage: LifecycleStage;
  /** In milliseconds: when the stage began. */
  readonly since: number;
  readonly activity: ActivityState;
  /** The newest steps, oldest first. */
  readonly history: readonly LifecycleStep[];
  /** When it changes by itself, in milliseconds; null where never. */
  readonly nextAt: number | null;
}

const MOST_STEPS_SHOWN = 20;
const { AWARENESS, ACQUISITION, CONVERSION, RETENTION, REFERRAL, CHURN } = LifecycleStage;
/** Silence moves a stage down in this order. */
const DOWNWARDS: Readonly<Record<LifecycleStage, LifecycleStage>> = {
  REFERRAL: RETENTION,
  RETENTION: CONVERSION,
  CONVERSION: ACQUISITION,
  ACQUISITION: AWARENESS,
  AWARENESS,
  CHURN,
};
const REACHED: ReadonlySet<LifecycleStage> = new Set([ACQUISITION, CONVERSION, RETENTION, REFERRAL]);

/**
 * All steps of a customer's lifecycle, from acts in any order, oldest first: also those that silence will bring should
 * nothing more happen. It depends on the acts, the settings and the calendar alone, so that merging, parting and late
 * events give what would have been, had they always been known. Nothing where there are no acts.
 */
export function courseOf(acts: readonly Act[], settings: LifecycleSettings, calendar: Calendar): LifecycleStep[] {
  const course = new Course(settings, calendar);
  for (const act of [...acts].sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))) course.take(act);
  course.pass(Number.POSITIVE_INFINITY);
  return course.steps;
}

/** Where a course stands at a moment; undefined before it begins. */
export function lifecycleAt(steps: readonly LifecycleStep[], at: number): LifecycleAt | undefined {
  const next = steps.findIndex((step) => step.at > at);
  const past = next === -1 ? steps : steps.slice(0, next);
  const last = past.at(-1);
  if (!last) return undefined;
  const began = past.findLast(({ from, to }) => from !== to) ?? last;
  const history = past.slice(-MOST_STEPS_SHOWN);
  const nextAt = steps[next]?.at ?? null;
  return { stage: last.to, since: began.at, activity: last.activity, history, nextAt };
}

class Course {
  readonly steps: LifecycleStep[] = [];
  private readonly moves: StageMoves;
  private stage: LifecycleStage | null = null;
  private activity = ActivityState.ACTIVE;
  private lastDay = 0;
  private returnedDay = 0;
  private hasBought = false;
  private wasReached = false;

  constructor(
    private readonly settings: LifecycleSettings,
    private readonly calendar: Calendar,
  ) {
    this.moves = stageMovesOf(settings);
  }

  take(act: Act): void {
    const day = this.calendar.dayOf(act.at);
    this.pass(day);
    const isBack = this.activity === ActivityState.SILENT || this.activity === ActivityState.CHURNED;
    const isFromChurn = this.activity === ActivityState.CHURNED && this.stage === CHURN;
    const anew = this.wasReached ? ACQUISITION : AWARENESS;
    const stage = isFromChurn ? anew : (this.stage ?? AWARENESS);
    const to = this.moves.stageAfter(act, { stage, hasBought: this.hasBought });
    if (isBack) this.returnedDay = day;
    this.step(
      act.at,
      to,
      isBack ? ActivityState.RETURNED : this.activity,
      `${isBack ? 'return by' : 'event'} ${shown(act.name)}`,
    );
    this.hasBought ||= this.moves.isPurchase(act);
    this.wasReached ||= REACHED.has(to);
    this.lastDay = day;
  }

  /** Takes the steps that silence brings up to a day, this one included. */
  pass(day: number): void {
    if (this.stage === null) return;
    const { silentDays, churnedDays, returnedDays } = this.settings;
    const isReturned = this.activity === ActivityState.RETURNED;
    const settled = this.returnedDay + returnedDays;
    if (isReturned && settled <= day && settled < this.lastDay + Math.min(silentDays, churnedDays))
      this.step(this.calendar.startOf(settled), this.stage, ActivityState.ACTIVE, 'time');
    for (let silence = silentDays; silence < churnedDays && this.lastDay + silence <= day; silence += silentDays) {
      const below: LifecycleStage = DOWNWARDS[this.stage];
      if (below === this.stage && this.activity === ActivityState.SILENT) break;
      this.step(this.calendar.startOf(this.lastDay + silence), below, ActivityState.SILENT, silenceOf(silence));
    }
    if (this.lastDay + churnedDays <= day)
      this.step(
        this.calendar.startOf(this.lastDay + churnedDays),
        CHURN,
        ActivityState.CHURNED,
        silenceOf(churnedDays),
      );
  }

  private step(at: number, to: LifecycleStage, activity: ActivityState, reason: string): void {
    const from = this.stage;
    const isSame = from === to && this.activity === activity;
    this.stage = to;
    this.activity = activity;
    if (!isSame) this.steps.push({ at, from, to, activity, reason });
  }
}

function silenceOf(days: number): string {
  return `silence of ${days} days`;
}

/** The name of an event, unless it tells of a person. */
function shown(name: string): string {
  return holdsPersonalData(name) ? 'an event' : name;
}
