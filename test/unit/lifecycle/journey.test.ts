import { describe, expect, test } from '@jest/globals';
import type { Event } from '../../../src/events/event.entity.js';
import { journeyOf } from '../../../src/lifecycle/journey.rules.js';

const DAY = 86_400_000;
const events = (...names: string[]) =>
  names.map((name, day) => {
    const [type, shown] = name.startsWith('#') ? ['IDENTIFY', 'Identify'] : ['TRACK', name];
    return {
      id: `e${day}`,
      type,
      name: shown,
      channel: day % 2 ? 'APP' : 'WEB',
      occurredAt: new Date(day * DAY),
    } as Event;
  });

describe('a journey', () => {
  test.each<[string[], string[]]>([
    [['Page Viewed'], ['AWARENESS']],
    [
      ['Page Viewed', '#'],
      ['AWARENESS', 'ACQUISITION'],
    ],
    [
      ['Signed Up', 'Page Viewed'],
      ['ACQUISITION', 'ACQUISITION'],
    ],
    [
      ['Order Completed', 'Order Paid', 'Page Viewed'],
      ['CONVERSION', 'RETENTION', 'RETENTION'],
    ],
    [
      ['Order Completed', '#'],
      ['CONVERSION', 'CONVERSION'],
    ],
    [['Invite Sent'], ['AWARENESS']],
    [
      ['Order Completed', 'Invite Sent'],
      ['CONVERSION', 'REFERRAL'],
    ],
    [
      ['Signed Up', 'Unfollowed', 'Followed'],
      ['ACQUISITION', 'CHURN', 'ACQUISITION'],
    ],
    [
      ['Order Completed', 'Unsubscribed', 'Order Completed'],
      ['CONVERSION', 'CHURN', 'RETENTION'],
    ],
    [['Order Completed Twice'], ['AWARENESS']],
  ])('%j shows %j', (names, stages) => {
    const journey = journeyOf(events(...names));
    expect(journey.steps.map(({ stage }) => stage)).toEqual(stages);
    expect(journey.currentStage).toBe(stages.at(-1));
  });

  test('is the same of events in any order', () => {
    const given = events('Signed Up', 'Order Completed', 'Invite Sent', 'Unfollowed');
    expect(journeyOf([...given].reverse())).toEqual(journeyOf(given));
  });

  test('tells its channels and its length in days', () => {
    expect(journeyOf(events('a', 'b', 'c'))).toMatchObject({ channels: ['WEB', 'APP'], durationDays: 2 });
    expect(journeyOf([])).toEqual({ steps: [], currentStage: 'AWARENESS', channels: [], durationDays: 0 });
    expect(journeyOf(events('a')).durationDays).toBe(0);
  });
});
