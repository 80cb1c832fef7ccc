import { describe, expect, test } from '@jest/globals';
import { monthEndOf } from '../../../src/loyalty/month-end.js';
import type { EarningRule } from '../../../src/loyalty/programme.js';
import { earnedBy, leftToTakeBack, refundedBy, standingOf } from '../../../src/loyalty/programme.rules.js';
import { fraudIn } from '../../../src/loyalty/referral.rules.js';
import { changeSettings } from '../../../src/tenants/tenant.rules.js';

const since = '2026-01-01T00:00:00Z';
const at = new Date('2026-05-01T00:00:00Z');
const ruleOf = (given: Partial<EarningRule>): EarningRule => ({
  event: 'Order Completed',
  points: 0,
  perUnit: 0,
  channels: [],
  since,
  ...given,
});
const eventOf = (amount: string | null, given: object = {}) => ({
  name: 'Order Completed',
  channel: 'WEB',
  occurredAt: at,
  revenue: amount === null ? null : { amount, currency: 'CNY' },
  ...given,
});

describe('what an event earns', () => {
  test.each<[string, ReturnType<typeof eventOf>, Partial<EarningRule>[], number]>([
    ['a point for each unit, whole ones', eventOf('99.90'), [{ perUnit: 1 }], 99],
    ['what binary fractions would lose', eventOf('0.29'), [{ perUnit: 100 }], 29],
    ['points for itself', eventOf(null), [{ points: 50, perUnit: 2 }], 50],
    ['by all rules together', eventOf('10.50'), [{ perUnit: 1 }, { perUnit: 0.5, points: 3 }], 18],
    ['nothing by another name', eventOf('10', { name: 'order completed' }), [{ perUnit: 1 }], 0],
    ['nothing in another channel', eventOf('10'), [{ perUnit: 1, channels: ['STORE' as never] }], 0],
    ['nothing for another currency', eventOf(null, { revenue: { amount: '9', currency: 'USD' } }), [{ perUnit: 1 }], 0],
    ['nothing before the rule', eventOf('10', { occurredAt: new Date('2025-12-31T23:59:59Z') }), [{ perUnit: 1 }], 0],
    ['no more than an entry holds', eventOf('999999999'), [{ perUnit: 1_000 }], 1_000_000_000],
  ])('%s', (_, event, rules, points) => {
    expect(earnedBy(event, rules.map(ruleOf), 'CNY')).toBe(points);
  });
});

describe('what refunds take back', () => {
  test.each<[string, string | null, number | null]>([
    ['all where there is no amount', null, null],
    ['all where it is 0', '0', null],
    ['points for the amount, the part of a point too', '10.10', 11],
    ['of an amount below 0 as above', '-10', 10],
  ])('%s', (_, amount, points) => {
    expect(refundedBy(eventOf(amount), [ruleOf({ perUnit: 1 })], 'CNY')).toBe(points);
  });

  test.each<[number, (number | null)[], number, number]>([
    [100, [], 0, 0],
    [100, [null], 0, 100],
    [100, [30, 30], 0, 60],
    [100, [30, 30], 30, 30],
    [100, [80, 80], 0, 100],
    [100, [null], 100, 0],
    [0, [null], 0, 0],
  ])('of %i points refunds of %j after %i: %i', (earned, refunds, taken, left) => {
    expect(leftToTakeBack(earned, refunds, taken)).toBe(left);
  });
});

test.each<[number, string, string | null]>([
  [0, 'A', 'B'],
  [99, 'A', 'B'],
  [100, 'B', 'C'],
  [1_000, 'C', null],
])('%i points earned are level %s, below %s', (earned, level, next) => {
  const levels = ['A', 'B', 'C'].map((key, n) => ({ key, from: [0, 100, 500][n] ?? 0, benefits: [] }));
  const standing = standingOf(levels, earned);
  expect([standing.level.key, standing.next?.key ?? null]).toEqual([level, next]);
});

test.each([
  ['2026-01-31T15:59:59Z', 1, '2026-02-28T16:00:00.000Z'],
  ['2026-01-31T16:00:00Z', 1, '2026-03-31T16:00:00.000Z'],
  ['2026-11-10T00:00:00Z', 12, '2027-11-30T16:00:00.000Z'],
])('what is given at %s ends %i months later: %s', (given, months, end) => {
  expect(monthEndOf('Asia/Shanghai')(new Date(given), months).toISOString()).toBe(end);
});

test.each([
  [['p'], 'p', ['d'], 'SELF_REFERRAL'],
  [['d'], 'q', ['d'], 'SAME_DEVICE'],
  [['d'], 'q', ['e'], undefined],
  [[], 'q', [], undefined],
])('devices %j and %s with %j: %s', (own, id, others, fraud) => {
  expect(fraudIn({ id: 'p', devices: new Set(own) }, { id, devices: new Set(others) })).toBe(fraud);
});

describe('a programme', () => {
  const decide = (loyalty: unknown) => changeSettings({}, { loyalty }, ['WEB', 'STORE']).loyalty;
  const order = { event: 'Order Completed', since };

  test('is read with what it leaves out', () => {
    expect(decide({ rules: [{ ...order, perUnit: 1 }], referralStages: [{ key: 'came', referrer: 5 }] })).toEqual({
      rules: [{ event: 'Order Completed', points: 0, perUnit: 1, channels: [], since }],
      referralStages: [{ key: 'came', event: null, referrer: 5, referee: 0 }],
    });
    expect(decide({})).toEqual({});
  });

  test.each([
    ['settings.loyalty.levels[0].from', { levels: [{ key: 'A', from: 5 }] }],
    ['settings.loyalty.levels[1].from', { levels: ['A', 'B'].map((key) => ({ key, from: 0 })) }],
    ['settings.loyalty.levels[1].key', { levels: [0, 9].map((from) => ({ key: 'A', from })) }],
    ['settings.loyalty.levels', { levels: [] }],
    ['settings.loyalty.expiryMonths', { expiryMonths: 0 }],
    ['settings.loyalty.rules[0]', { rules: [order] }],
    ['settings.loyalty.rules[0].since', { rules: [{ event: 'x', points: 1 }] }],
    ['settings.loyalty.rules[0].channels[0]', { rules: [{ ...order, points: 1, channels: ['OWL'] }] }],
    ['settings.loyalty.rules[0].points', { rules: [{ ...order, points: 0.5 }] }],
    ['settings.loyalty.referralStages[1].key', { referralStages: [{ key: 'a' }, { key: 'a' }] }],
    ['settings.loyalty.tiers', { tiers: [] }],
  ])('is refused by its place: %s', (path, loyalty) => {
    expect(() => decide(loyalty)).toThrow(
      expect.objectContaining({ code: 'BAD_USER_INPUT', details: expect.objectContaining({ path }) }),
    );
  });
});
