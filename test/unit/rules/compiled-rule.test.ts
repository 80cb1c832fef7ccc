import { describe, expect, test } from '@jest/globals';
import { LifecycleStage } from '../../../src/lifecycle/lifecycle-stage.js';
import { RuleCompiler } from '../../../src/rules/compile-rule.rules.js';
import { readRule } from '../../../src/rules/read-rule.rules.js';
import { type Change, RuleIndex } from '../../../src/rules/rule-index.rules.js';
import type { RuleInput } from '../../../src/segments/rule.inputs.js';
import type { NaiveFacts } from '../../support/naive-rules.js';
import { catalogueIn } from '../../support/random-rules.js';
import { subjectOf } from '../../support/rule-subject.js';

const ZONE = 'Asia/Shanghai';
const NOBODY: NaiveFacts = {
  traits: {},
  custom: {},
  tags: [],
  consents: [],
  segments: [],
  lifecycle: null,
  tier: null,
  channels: [],
  events: [],
};

const order = (at: string, properties: Record<string, unknown> = {}, messageId = at) => {
  return { accountId: 'a', name: 'Order Completed', messageId, occurredAt: Date.parse(at), properties };
};

function asked(input: unknown, known: Partial<NaiveFacts>, at: string) {
  const rule = readRule(input as RuleInput, catalogueIn(ZONE));
  const compiled = new RuleCompiler({ timeZone: ZONE, segments: new Map() }).compile(rule);
  const subject = subjectOf({ ...NOBODY, ...known }, rule, new Map(), ZONE);
  const moment = new Date(at);
  return {
    holds: compiled.holds(subject, moment),
    dueAt: compiled.dueAt(subject, moment)?.toISOString() ?? null,
    explained: compiled.explain(subject, moment),
  };
}

const bought = { name: 'Order Completed', withinDays: 7 };

describe('windows', () => {
  const events = [order('2026-03-05T15:59:59Z')]; // the last second of 5 March in Shanghai

  test('are calendar days of the tenant, today included, and run out at midnight', () => {
    expect(asked({ event: bought }, { events }, '2026-03-11T15:59:59.999Z')).toMatchObject({
      holds: true,
      dueAt: '2026-03-11T16:00:00.000Z',
    });
    expect(asked({ event: bought }, { events }, '2026-03-11T16:00:00Z')).toMatchObject({ holds: false, dueAt: null });
  });

  test('an event of tomorrow counts from midnight on', () => {
    const none = { event: { ...bought, op: 'EQ', value: 0 } };
    expect(asked(none, { events }, '2026-03-04T15:00:00Z')).toMatchObject({
      holds: true,
      dueAt: '2026-03-04T16:00:00.000Z',
    });
    expect(asked(none, { events }, '2026-03-04T16:00:00Z').holds).toBe(false);
  });

  test('days since the newest are 0 today, and turn on the day the number is reached', () => {
    const silent = { event: { name: 'Order Completed', aggregate: 'DAYS_SINCE_LAST', op: 'GTE', value: 30 } };
    expect(asked(silent, { events }, '2026-03-06T00:00:00Z')).toMatchObject({
      holds: false,
      dueAt: '2026-04-03T16:00:00.000Z',
      explained: { observed: 1 },
    });
    expect(asked(silent, { events }, '2026-04-03T16:00:00Z')).toMatchObject({ holds: true, dueAt: null });
    expect(asked(silent, {}, '2026-04-03T16:00:00Z')).toMatchObject({ holds: false, explained: { observed: null } });
  });
});

describe('sums and means', () => {
  const events = [
    order('2026-03-05T01:00:00Z', { total: 0.1 }),
    order('2026-03-05T02:00:00Z', { total: 0.2 }),
    order('2026-03-06T02:00:00Z', { total: '9' }),
  ];
  const of = (aggregate: string, value: number) => ({
    event: { name: 'Order Completed', aggregate, property: 'total', op: 'EQ', value },
  });

  test('are exact to six places, and leave out what is no number', () => {
    expect(asked(of('SUM', 0.3), { events }, '2026-03-07T00:00:00Z')).toMatchObject({
      holds: true,
      explained: { observed: 0.3 },
    });
    expect(asked(of('AVG', 0.15), { events }, '2026-03-07T00:00:00Z').holds).toBe(true);
    expect(asked(of('AVG', 0.15), { events: [] }, '2026-03-07T00:00:00Z').holds).toBe(false);
  });

  test.each(['SUM', 'AVG', 'MAX', 'MIN'])('tell nothing of a number that looks like a phone, as %s', (aggregate) => {
    const hidden = [order('2026-03-05T01:00:00Z', { total: 13_912_345_678 })];
    for (const op of ['GT', 'LT'])
      for (const value of [13_000_000_000, 14_000_000_000]) {
        const event = { ...of(aggregate, value).event, op };
        const sums = aggregate === 'SUM' && op === 'LT'; // a sum of nothing is 0
        expect(asked({ event }, { events: hidden }, '2026-03-07T00:00:00Z').holds).toBe(sums);
      }
  });
});

describe('chains', () => {
  const steps = [{ name: 'Order Completed' }, { name: 'Ticket Opened' }];
  const ticket = (at: string, messageId: string) => ({ ...order(at, {}, messageId), name: 'Ticket Opened' });
  const chain = { sequence: { steps, withinDays: 1 } };

  test.each([
    ['24 hours after', [order('2026-03-05T01:00:00Z'), ticket('2026-03-06T01:00:00Z', 't')], true],
    ['a millisecond later', [order('2026-03-05T01:00:00Z'), ticket('2026-03-06T01:00:00.001Z', 't')], false],
    ['before', [order('2026-03-05T01:00:00Z'), ticket('2026-03-05T00:00:00Z', 't')], false],
    ['at once, by message id', [order('2026-03-05T01:00:00Z', {}, 'a'), ticket('2026-03-05T01:00:00Z', 'b')], true],
    [
      'at once, by message id the other way',
      [order('2026-03-05T01:00:00Z', {}, 'b'), ticket('2026-03-05T01:00:00Z', 'a')],
      false,
    ],
    [
      'after the second of two',
      [order('2026-03-01T01:00:00Z'), order('2026-03-05T01:00:00Z'), ticket('2026-03-05T02:00:00Z', 't')],
      true,
    ],
  ])('%s', (_what, events, holds) => {
    expect(asked(chain, { events }, '2026-03-09T00:00:00Z').holds).toBe(holds);
  });
});

describe('an explanation', () => {
  test('is the tree with what was observed, also behind what decided', () => {
    const rule = {
      all: [{ tag: 'gold' }, { not: { trait: { path: 'city', op: 'EQ', value: 'a' } } }, { event: bought }],
    };
    const known = { traits: { city: 'a' }, events: [order('2026-03-05T01:00:00Z')] };
    expect(asked(rule, known, '2026-03-06T00:00:00Z').explained).toEqual({
      kind: 'all',
      place: 'rule',
      holds: false,
      clauses: [
        { kind: 'tag', place: 'rule.all[0].tag', holds: false, asked: { tag: 'gold' }, observed: false },
        {
          kind: 'not',
          place: 'rule.all[1]',
          holds: false,
          clauses: [
            {
              kind: 'trait',
              place: 'rule.all[1].not.trait',
              holds: true,
              asked: { comparison: expect.objectContaining({ path: 'city', op: 'EQ', value: 'a' }) },
              observed: 'a',
            },
          ],
        },
        {
          kind: 'event',
          place: 'rule.all[2].event',
          holds: true,
          asked: expect.objectContaining({ name: 'Order Completed', withinDays: 7, op: 'GTE', value: 1 }),
          observed: 1,
        },
      ],
    });
  });

  test('of tags and consents says when they run out', () => {
    const tags = [{ key: 'gold', from: 0, until: Date.parse('2026-03-06T01:00:00Z') }];
    expect(asked({ tag: 'gold' }, { tags }, '2026-03-06T00:00:00Z')).toMatchObject({
      holds: true,
      dueAt: '2026-03-06T01:00:00.000Z',
    });
    expect(asked({ tag: 'gold' }, { tags }, '2026-03-06T01:00:00Z')).toMatchObject({ holds: false, dueAt: null });
    expect(asked({ consent: { purpose: 'MARKETING', granted: false } }, {}, '2026-03-06T00:00:00Z').holds).toBe(true);
  });
});

describe('the rule index', () => {
  const where = (coupon: string) => ({
    event: { name: 'Order Completed', where: [{ path: 'coupon', op: 'EQ', value: coupon }] },
  });
  const inputs: Record<string, unknown> = {
    a: where('a'),
    b: where('b'),
    large: { event: { name: 'Order Completed', where: [{ path: 'total', op: 'GT', value: 2 }] } },
    any: { sequence: { steps: [{ name: 'Ticket Opened' }, { name: 'Order Completed' }], withinDays: 3 } },
    town: { trait: { path: 'home.town', op: 'EQ', value: 'a' } },
    stage: { lifecycle: [LifecycleStage.RETENTION] },
    nested: { all: [{ segment: 'seg_inner' }, { segment: 'seg_listed' }] },
  };
  const catalogue = catalogueIn(ZONE);
  const rules = new Map(Object.entries(inputs).map(([id, one]) => [id, readRule(one as RuleInput, catalogue)]));
  const inner = readRule({ all: [{ tag: 'gold' }, { channel: 'WEB' }] } as RuleInput, catalogue);
  const index = new RuleIndex(rules, { timeZone: ZONE, segments: new Map([['seg_inner', inner]]) });
  const event = (properties: Record<string, unknown>): Change => ({
    kind: 'event',
    event: order('2026-03-05T01:00:00Z', properties),
  });

  test.each<[string, Change, string[]]>([
    ['an event by an equal value', event({ coupon: 'a' }), ['a', 'any', 'stage']],
    ['an event by a greater one', event({ coupon: 'c', total: 3 }), ['any', 'large', 'stage']],
    [
      'another event',
      { kind: 'event', event: { ...order('2026-03-05T01:00:00Z'), name: 'Ticket Opened' } },
      ['any', 'stage'],
    ],
    [
      'an unknown event moves stages alone',
      { kind: 'event', event: { ...order('2026-03-05T01:00:00Z'), name: 'Page Viewed' } },
      ['stage'],
    ],
    ['a custom trait by its first name', { kind: 'trait', trait: 'home' }, ['town']],
    ['some custom trait', { kind: 'trait', trait: null }, ['town']],
    ['another trait', { kind: 'trait', trait: 'city' }, []],
    ['a stage', { kind: 'lifecycle' }, ['stage']],
    ['a tag, through a segment', { kind: 'tag', key: 'gold' }, ['nested']],
    ['a channel, through a segment', { kind: 'channel', key: 'WEB' }, ['nested']],
    ['a segment made by hand', { kind: 'segment', key: 'seg_listed' }, ['nested']],
  ])('%s', (_what, change, touched) => {
    expect([...index.touched(change)].sort()).toEqual(touched);
  });

  test('what time can touch', () => {
    expect([...index.touchedByTime()].sort()).toEqual(['a', 'any', 'b', 'large', 'nested', 'stage']);
  });
});
