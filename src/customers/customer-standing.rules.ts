import { type Act, courseOf, type LifecycleStep, lifecycleAt } from '../lifecycle/course.rules.js';
import { type LifecycleChoices, lifecycleOf } from '../lifecycle/lifecycle-settings.js';
import type { LifecycleStage } from '../lifecycle/lifecycle-stage.js';
import { amountOfMillionths, ordersUpTo, type Sale } from '../rfm/orders.rules.js';
import { careDayOf, cycleOf } from '../rfm/repurchase.rules.js';
import { type RfmChoices, rfmOf } from '../rfm/rfm-settings.js';
import { type RfmCuts, type Scored, scoreCourse } from '../rfm/scores.rules.js';
import { type Calendar, calendarOf } from '../rules/calendar.rules.js';
import { type Turn, valueOn } from '../rules/subject.js';
import type { CustomerStanding, NotedScores } from './customer-note.js';

/** What a standing follows from: all that a customer did and bought. */
export interface StandingFacts {
  readonly acts: readonly Act[];
  readonly sales: readonly Sale[];
}

/** The settings that standings are made under. */
export interface StandingSettings {
  readonly timeZone: string;
  readonly sealImportant: boolean;
  readonly lifecycle: LifecycleChoices;
  readonly rfm: RfmChoices;
}

/** The cuts in force. */
export interface VersionedCuts {
  readonly version: number;
  readonly cuts: RfmCuts;
}

/** All that a customer's stage and scores were, are, and will be should nothing happen. */
export interface CustomerCourse {
  readonly steps: readonly LifecycleStep[];
  readonly scores: readonly Turn<Scored | null>[];
}

/** The course of a customer; without cuts there are no scores. */
export function customerCourse(
  { acts, sales }: StandingFacts,
  settings: StandingSettings,
  cuts: RfmCuts | undefined,
): CustomerCourse {
  const calendar = calendarOf(settings.timeZone);
  return {
    steps: courseOf(acts, lifecycleOf(settings.lifecycle), calendar),
    scores: cuts ? scoreCourse(sales, { cuts, settings: rfmOf(settings.rfm), calendar }) : [],
  };
}

/** The stages of a course, as rules ask for them. */
export function stagesOf({ steps }: CustomerCourse): Turn<LifecycleStage>[] {
  return steps.map(({ at, to }) => ({ from: at, value: to }));
}

/** The tiers of a course, as rules ask for them. */
export function tiersOf({ scores }: CustomerCourse): Turn<string | null>[] {
  return scores.map(({ from, value }) => ({ from, value: value?.tier ?? null }));
}

/** Where a customer stands at a moment (milliseconds). */
export function standingOf(
  facts: StandingFacts,
  settings: StandingSettings,
  inForce: VersionedCuts | undefined,
  at: number,
): CustomerStanding {
  const course = customerCourse(facts, settings, inForce?.cuts);
  const now = lifecycleAt(course.steps, at);
  const scored = valueOn(course.scores, at);
  const nextScores = course.scores.find(({ from }) => from > at)?.from ?? null;
  const due = Math.min(now?.nextAt ?? nextStepOf(course, at), nextScores ?? Number.POSITIVE_INFINITY);
  return {
    stage: now?.stage ?? null,
    since: now ? new Date(now.since) : null,
    activity: now?.activity ?? null,
    history: (now?.history ?? []).map(({ from, to, activity, at: when, reason }) => {
      return { from, to, activity, at: new Date(when), reason };
    }),
    scores: scored && inForce ? notedScores(scored, facts.sales, settings, inForce, at) : null,
    dueAt: Number.isFinite(due) ? new Date(due) : null,
  };
}

/** Where nothing has happened yet: what is to happen first lies ahead. */
function nextStepOf({ steps }: CustomerCourse, at: number): number {
  return steps.find((step) => step.at > at)?.at ?? Number.POSITIVE_INFINITY;
}

function notedScores(
  scored: Scored,
  sales: readonly Sale[],
  settings: StandingSettings,
  { version, cuts }: VersionedCuts,
  at: number,
): NotedScores {
  const calendar: Calendar = calendarOf(settings.timeZone);
  const cycle = cycleOf(ordersUpTo(sales, calendar.dayOf(at), calendar).map(({ day }) => day));
  const { lastDay, frequency, monetary, r, f, m, tier } = scored;
  return {
    version,
    lastDay,
    frequency,
    monetary: settings.sealImportant ? null : amountOfMillionths(monetary),
    r,
    f,
    m,
    tier,
    cycleDays: cycle?.cycleDays ?? null,
    expectedDay: cycle?.expectedDay ?? null,
    careDay: careDayOf(scored, cuts, rfmOf(settings.rfm)),
  };
}

/** Whether stage or activity, and whether the tier, have turned from one standing to the next. */
export function turnsBetween(before: CustomerStanding, after: CustomerStanding) {
  return {
    lifecycle: before.stage !== after.stage || before.activity !== after.activity,
    tier: before.scores?.tier !== after.scores?.tier,
  };
}

/** Whether two standings are one and the same, whenever they are due. */
export function isSameStanding(before: CustomerStanding, after: CustomerStanding): boolean {
  const plain = ({ stage, since, activity, history, scores }: CustomerStanding) =>
    JSON.stringify({ stage, since, activity, history, scores });
  return plain(before) === plain(after);
}
