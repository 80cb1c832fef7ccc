import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type Act, courseOf, lifecycleAt } from '../../../src/lifecycle/course.rules.js';
import { lifecycleOf } from '../../../src/lifecycle/lifecycle-settings.js';
import { calendarOf } from '../../../src/rules/calendar.rules.js';
import { naiveStanding } from '../../support/naive-customers.js';

const DAY = 86_400_000;
const ZONE = 'Asia/Shanghai';
const START = Date.parse('2026-01-01T12:00:00+08:00');
const settings = lifecycleOf({});

const act = (day: number, name: string, id = `e${day}`): Act => ({ id, at: START + day * DAY, type: 'TRACK', name });
const course = (acts: readonly Act[], given = settings, zone = ZONE) => courseOf(acts, given, calendarOf(zone));
/** Steps as `day: stage activity`, days counted from the first. */
const told = (acts: readonly Act[], given = settings) =>
  course(acts, given).map(({ at, to, activity, reason }) => {
    const day = Math.floor((at - Date.parse('2026-01-01T00:00:00+08:00')) / DAY);
    return `${day}: ${to} ${activity}, ${reason}`;
  });

describe('a lifecycle', () => {
  test('is nothing before anything happened', () => {
    expect(course([])).toEqual([]);
    expect(lifecycleAt([], START)).toBeUndefined();
    expect(lifecycleAt(course([act(1, 'Page Viewed')]), START)).toBeUndefined();
  });

  test('moves up by what happens, and a stage down for each thirty days without activity', () => {
    expect(told([act(0, 'Page Viewed'), act(1, 'Signed Up'), act(2, 'Order Completed'), act(3, 'Order Paid')])).toEqual(
      [
        '0: AWARENESS ACTIVE, event Page Viewed',
        '1: ACQUISITION ACTIVE, event Signed Up',
        '2: CONVERSION ACTIVE, event Order Completed',
        '3: RETENTION ACTIVE, event Order Paid',
        '33: CONVERSION SILENT, silence of 30 days',
        '63: ACQUISITION SILENT, silence of 60 days',
        '93: CHURN CHURNED, silence of 90 days',
      ],
    );
  });

  test('silence begins at the midnight of the tenant', () => {
    const [, silent] = course([act(0, 'Page Viewed')]);
    expect(new Date(silent?.at ?? 0).toISOString()).toBe('2026-01-30T16:00:00.000Z');
  });

  test('who is silent and stands lowest gets no lower', () => {
    expect(told([act(0, 'Page Viewed')])).toEqual([
      '0: AWARENESS ACTIVE, event Page Viewed',
      '30: AWARENESS SILENT, silence of 30 days',
      '90: CHURN CHURNED, silence of 90 days',
    ]);
  });

  test('a return from silence is a step of its own, and over after thirty days of activity', () => {
    const acts = [act(0, 'Order Completed'), act(40, 'Page Viewed'), act(55, 'Page Viewed'), act(69, 'Page Viewed')];
    expect(told(acts).slice(0, 5)).toEqual([
      '0: CONVERSION ACTIVE, event Order Completed',
      '30: ACQUISITION SILENT, silence of 30 days',
      '40: ACQUISITION RETURNED, return by Page Viewed',
      '70: ACQUISITION ACTIVE, time',
      '99: AWARENESS SILENT, silence of 30 days',
    ]);
  });

  test('who comes back from churn begins anew, and who buys again is kept', () => {
    expect(told([act(0, 'Page Viewed'), act(100, 'Page Viewed')])[3]).toBe(
      '100: AWARENESS RETURNED, return by Page Viewed',
    );
    expect(told([act(0, 'Signed Up'), act(100, 'Page Viewed')])[3]).toBe(
      '100: ACQUISITION RETURNED, return by Page Viewed',
    );
    expect(told([act(0, 'Order Completed'), act(100, 'Order Completed')])[4]).toBe(
      '100: RETENTION RETURNED, return by Order Completed',
    );
  });

  test('who left by themselves stays away until they can be reached again', () => {
    const acts = [act(0, 'Order Completed'), act(1, 'Unsubscribed'), act(2, 'Page Viewed'), act(3, 'Followed')];
    expect(told(acts).slice(0, 3)).toEqual([
      '0: CONVERSION ACTIVE, event Order Completed',
      '1: CHURN ACTIVE, event Unsubscribed',
      '3: ACQUISITION ACTIVE, event Followed',
    ]);
  });

  test('names no person in its reasons', () => {
    expect(told([act(0, 'Mail to li.na@example.com')])[0]).toBe('0: AWARENESS ACTIVE, event an event');
  });

  test("goes by the tenant's own moves and days", () => {
    const own = lifecycleOf({
      silentDays: 7,
      churnedDays: 7,
      purchases: ['Bought'],
      moves: [{ events: ['VIP*'], from: ['CONVERSION' as never], to: 'REFERRAL' as never, hasBought: true }],
    });
    expect(told([act(0, 'Bought'), act(1, 'Vip joined')], own)).toEqual([
      '0: AWARENESS ACTIVE, event Bought',
      '8: CHURN CHURNED, silence of 7 days',
    ]);
    const { moves } = lifecycleOf({ purchases: ['Bought'] });
    expect(told([act(0, 'Bought'), act(1, 'VIP')], { ...own, moves: [...own.moves, ...moves] }).slice(0, 2)).toEqual([
      '0: CONVERSION ACTIVE, event Bought',
      '1: REFERRAL ACTIVE, event VIP',
    ]);
  });

  test('shows the newest twenty steps, and when the next one comes', () => {
    const acts = Array.from({ length: 30 }, (_, n) => act(n * 40, 'Page Viewed', `e${n}`));
    const now = lifecycleAt(course(acts), START + 29 * 40 * DAY);
    expect(now?.history).toHaveLength(20);
    expect(now?.history.at(-1)).toMatchObject({ activity: 'RETURNED' });
    expect(new Date(now?.nextAt ?? 0).toISOString()).toBe(
      new Date(Date.parse('2026-01-01T00:00:00+08:00') + (29 * 40 + 30) * DAY).toISOString(),
    );
    expect(now).toMatchObject({ stage: 'AWARENESS', since: START });
  });

  const names = ['Page Viewed', 'Signed Up', 'Order Completed', 'Invite Sent', 'Unsubscribed', 'Email Received'];
  const acts = fc.array(fc.record({ hours: fc.nat({ max: 24 * 400 }), name: fc.constantFrom(...names.slice(0, 5)) }), {
    minLength: 1,
    maxLength: 15,
  });
  test('is what is found by living through it day after day, in every time zone, in any order', () => {
    fc.assert(
      fc.property(
        acts,
        fc.constantFrom(ZONE, 'America/New_York', 'UTC'),
        fc.nat({ max: 24 * 500 }),
        (all, zone, hours) => {
          const given = all.map(({ hours: h, name }, n) => ({
            id: `e${n}`,
            at: START + h * 3_600_000,
            type: 'TRACK',
            name,
          }));
          const at = START + hours * 3_600_000;
          const steps = course(given, settings, zone);
          const found = lifecycleAt(steps, at);
          expect(found ? { stage: found.stage, activity: found.activity } : null).toEqual(
            naiveStanding(given, at, zone),
          );
          expect(course([...given].reverse(), settings, zone)).toEqual(steps);
          expect(steps.map((step) => step.at)).toEqual(steps.map((step) => step.at).sort((a, b) => a - b));
        },
      ),
      { numRuns: 150 },
    );
  });

  test('before its next step it stays, and from then on it is another', () => {
    fc.assert(
      fc.property(acts, (all) => {
        const given = all.map(({ hours, name }, n) => ({
          id: `e${n}`,
          at: START + hours * 3_600_000,
          type: 'TRACK',
          name,
        }));
        const steps = course(given);
        const at = Math.max(...given.map((one) => one.at));
        const now = lifecycleAt(steps, at);
        const next = now?.nextAt ?? 0;
        expect(lifecycleAt(steps, next - 1)).toEqual(now);
        expect(lifecycleAt(steps, next)?.history).not.toEqual(now?.history);
      }),
    );
  });
});
