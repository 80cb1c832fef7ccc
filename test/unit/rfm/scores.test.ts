import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { monthsAfter } from '../../../src/rfm/months.rules.js';
import {
  amountOfMillionths,
  millionthsOfAmount,
  ordersUpTo,
  type Sale,
  totalsOf,
} from '../../../src/rfm/orders.rules.js';
import { cutsOf, scoreOf } from '../../../src/rfm/quantiles.rules.js';
import { careDayOf, cycleOf, overdueDays } from '../../../src/rfm/repurchase.rules.js';
import { rfmOf, tierKeysOf } from '../../../src/rfm/rfm-settings.js';
import {
  type Drawn,
  drawn,
  MOST_DRAWN,
  packSample,
  placeOfCustomer,
  unpackSample,
} from '../../../src/rfm/sample.rules.js';
import { measuredOn, type RfmCuts, rfmCutsOf, scoreCourse, scoredOn } from '../../../src/rfm/scores.rules.js';
import { calendarOf } from '../../../src/rules/calendar.rules.js';
import { valueOn } from '../../../src/rules/subject.js';
import { naiveMeasures, naiveScore, naiveScores, wallDay } from '../../support/naive-customers.js';

const DAY = 86_400_000;
const ZONE = 'Asia/Shanghai';
const START = Date.parse('2026-03-10T12:00:00+08:00');
const calendar = calendarOf(ZONE);
const settings = rfmOf({});
const dayOf = (text: string) => Date.parse(`${text}T00:00:00Z`) / DAY;
const textOf = (day: number) => new Date(day * DAY).toISOString().slice(0, 10);

let made = 0;
const sale = (days: number, total: number | null, given: Partial<Sale> = {}): Sale => {
  made += 1;
  const amount = total === null ? null : BigInt(Math.round(total * 1e6));
  return {
    id: `s${String(made).padStart(4, '0')}`,
    at: START + days * DAY,
    isRefund: false,
    orderId: null,
    amount,
    ...given,
  };
};
const totals = (sales: readonly Sale[], days = 100) =>
  totalsOf(ordersUpTo(sales, calendar.dayOf(START + days * DAY), calendar));

describe('orders', () => {
  test.each<[string, bigint | null, string | null]>([
    ['199.00', 199_000_000n, '199.00'],
    ['0.1', 100_000n, '0.10'],
    ['-5', -5_000_000n, null],
    ['0.1234567', 123_456n, '0.123456'],
    ['0', 0n, '0.00'],
    ['12345678901234567890.5', 12_345_678_901_234_567_890_500_000n, '12345678901234567890.50'],
    ['1e3', null, null],
    ['', null, null],
  ])('an amount %s is %s millionths', (text, millionths, back) => {
    expect(millionthsOfAmount(text)).toBe(millionths);
    if (back && millionths !== null) expect(amountOfMillionths(millionths)).toBe(back);
  });

  test('several events of one order are one, and the first amount counts', () => {
    const twice = [sale(0, null, { orderId: 'a' }), sale(1, 20, { orderId: 'a' }), sale(2, 30, { orderId: 'a' })];
    expect(totals(twice)).toEqual({ lastDay: calendar.dayOf(START), frequency: 1, monetary: 20_000_000n });
    expect(totals([sale(0, 20), sale(0, 20)])).toMatchObject({ frequency: 2, monetary: 40_000_000n });
  });

  test('an order in another currency counts for recency and frequency alone, and a negative one comes to nothing', () => {
    expect(totals([sale(0, 20), sale(3, null)])).toMatchObject({ frequency: 2, monetary: 20_000_000n });
    expect(totals([sale(0, -20)])).toMatchObject({ frequency: 1, monetary: 0n });
  });

  test.each<[string, Sale[], object | null]>([
    ['all of it', [sale(0, 20, { orderId: 'a' }), sale(1, null, { orderId: 'a', isRefund: true })], null],
    ['as much as it came to', [sale(0, 20, { orderId: 'a' }), sale(1, -20, { orderId: 'a', isRefund: true })], null],
    [
      'a part',
      [sale(0, 20, { orderId: 'a' }), sale(1, 5, { orderId: 'a', isRefund: true })],
      { frequency: 1, monetary: 15_000_000n },
    ],
    [
      'two parts',
      [sale(0, 20, { orderId: 'a' }), ...[1, 2].map((n) => sale(n, 10, { orderId: 'a', isRefund: true }))],
      null,
    ],
    [
      'before it is told of',
      [sale(1, 20, { orderId: 'a' }), sale(0, 5, { orderId: 'a', isRefund: true })],
      { monetary: 15_000_000n },
    ],
    [
      'an unknown order',
      [sale(0, 20, { orderId: 'a' }), sale(1, null, { orderId: 'b', isRefund: true })],
      { monetary: 20_000_000n },
    ],
    ['no order in particular', [sale(0, 20), sale(1, null, { isRefund: true })], { monetary: 20_000_000n }],
  ])('a refund of %s', (_what, sales, expected) => {
    if (expected === null) expect(totals(sales)).toBeNull();
    else expect(totals(sales)).toMatchObject(expected);
  });
});

describe('quantiles', () => {
  test.each<[string, number[], number[]]>([
    ['five', [1, 2, 3, 4, 5], [1, 2, 3, 4, 5]],
    ['ten', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], [1, 1, 2, 2, 3, 3, 4, 4, 5, 5]],
    ['all alike', [7, 7, 7, 7, 7], [3, 3, 3, 3, 3]],
    ['one', [7], [3]],
    ['most alike', [1, 1, 1, 1, 2], [3, 3, 3, 3, 5]],
  ])('of %s', (_what, values, scores) => {
    const cuts = cutsOf(values);
    expect(values.map((value) => scoreOf(value, cuts))).toEqual(scores);
  });

  test('are those found by counting, for those in the population, and rise with the value for anybody', () => {
    const values = fc.array(fc.integer({ min: -20, max: 20 }), { minLength: 1, maxLength: 40 });
    fc.assert(
      fc.property(values, fc.float({ noNaN: true }), fc.float({ noNaN: true }), (all, a, b) => {
        const cuts = cutsOf(all);
        for (const value of all) expect(scoreOf(value, cuts)).toBe(naiveScore(value, all));
        expect(scoreOf(Math.min(a, b), cuts)).toBeLessThanOrEqual(scoreOf(Math.max(a, b), cuts));
      }),
      { numRuns: 500 },
    );
  });

  test('are none of nobody, and none of fewer than five', () => {
    expect(() => cutsOf([])).toThrow('no values');
    const customer = { recencyDays: 1, frequency: 1, monetary: 1 };
    expect(rfmCutsOf(Array(4).fill(customer))).toBeNull();
    expect(rfmCutsOf(Array(5).fill(customer))).not.toBeNull();
  });
});

describe('months', () => {
  test.each([
    ['2026-01-15', 3, '2026-04-15'],
    ['2026-11-30', 3, '2027-02-28'],
    ['2027-11-30', 3, '2028-02-29'],
    ['2026-12-31', 2, '2027-02-28'],
  ])('%s and %i are %s', (from, months, to) => {
    expect(textOf(monthsAfter(dayOf(from), months))).toBe(to);
  });
});

const cuts: RfmCuts = {
  recency: [-60, -40, -20, -10].map((at) => ({ at, includes: true })),
  frequency: [2, 3, 4, 5].map((at) => ({ at, includes: true })),
  monetary: [10, 20, 30, 40].map((at) => ({ at, includes: false })),
};
const best = [0, 1, 2, 3, 4].map((days) => sale(days, 20));

describe('scores', () => {
  test('fall as time goes by, and after three months to the base tier', () => {
    const turns = scoreCourse(best, { cuts, settings, calendar });
    const last = calendar.dayOf(START + 4 * DAY);
    const later = turns.filter(({ from }) => from >= calendar.startOf(last));
    expect(later.map(({ from, value }) => [calendar.dayOf(from) - last, value?.r, value?.tier])).toEqual([
      [0, 5, 'HIGH_VALUE'],
      [11, 4, 'HIGH_VALUE'],
      [21, 3, 'MEDIUM_VALUE'],
      [41, 2, 'CHURN_RISK'],
      [61, 1, 'CHURN_RISK'],
      [92, 1, 'LOW_VALUE'],
    ]);
    expect(later.map(({ from }) => from)).toEqual(later.map(({ from }) => calendar.startOf(calendar.dayOf(from))));
  });

  test('never fall where the tenant says so, and go by its tiers', () => {
    const own = rfmOf({ baseAfterMonths: null, baseTier: 'REST', tiers: [{ key: 'GOOD', m: { min: 3, max: 5 } }] });
    expect(tierKeysOf(own)).toEqual(['GOOD', 'REST']);
    const turns = scoreCourse(best, { cuts, settings: own, calendar });
    expect(turns.at(-1)?.value).toMatchObject({ r: 1, tier: 'GOOD' });
    expect(scoreCourse([sale(0, 1)], { cuts, settings: own, calendar })[0]?.value?.tier).toBe('REST');
  });

  test('are none once all is refunded, and none of nothing', () => {
    const gone = [sale(0, 20, { orderId: 'a' }), sale(5, null, { orderId: 'a', isRefund: true })];
    const turns = scoreCourse(gone, { cuts, settings, calendar });
    expect(valueOn(turns, START + 2 * DAY)).toMatchObject({ frequency: 1 });
    expect(valueOn(turns, START + 6 * DAY)).toBeNull();
    expect(scoreCourse([], { cuts, settings, calendar })).toEqual([]);
  });

  const deeds = fc.array(
    fc.record({
      hours: fc.nat({ max: 24 * 120 }),
      name: fc.constantFrom('Order Completed', 'Order Completed', 'Order Refunded'),
      total: fc.constantFrom(0.1, 0.2, 10, 25.5, null),
      orderId: fc.constantFrom('a', 'b', null),
    }),
    { maxLength: 8 },
  );
  test('are those found by counting, whoever is asked about, on any day', () => {
    fc.assert(
      fc.property(fc.array(deeds, { minLength: 5, maxLength: 9 }), fc.nat({ max: 150 }), (people, days) => {
        const rows = people.map((all, p) =>
          all.map(({ hours, ...one }, n) => ({ ...one, id: `e${p}.${n}`, at: START + hours * 3_600_000 })),
        );
        const sales = rows.map((own) =>
          own.map(({ id, at, name, total, orderId }) =>
            sale(0, total, { id, at, orderId, isRefund: name !== 'Order Completed' }),
          ),
        );
        const at = START + (120 + days) * DAY;
        const today = wallDay(at, ZONE);
        const naive = rows.map((own) => naiveMeasures(own, today, ZONE));
        const found = sales.map((own) => totals(own, 120 + days));
        expect(found.map((one) => one && { ...measuredOn(one, today) })).toEqual(
          naive.map(
            (one) => one && { recencyDays: one.recency, frequency: one.frequency, monetary: one.monetary / 100 },
          ),
        );
        const customers = naive.flatMap((one) => one ?? []);
        const made = rfmCutsOf(found.flatMap((one) => (one ? measuredOn(one, today) : [])));
        expect(made === null).toBe(customers.length < 5);
        if (!made) return;
        for (const [p, one] of naive.entries()) {
          const scored = valueOn(scoreCourse(sales[p] ?? [], { cuts: made, settings, calendar }), at);
          expect(scored && { r: scored.r, f: scored.f, m: scored.m, tier: scored.tier }).toEqual(
            one && naiveScores(one, customers, today),
          );
        }
      }),
      { numRuns: 300 },
    );
  });
});

describe('repurchase', () => {
  test.each<[number[], object | null]>([
    [[], null],
    [[10], null],
    [[10, 20], null],
    [[10, 10, 20, 20], null],
    [[10, 20, 40], { cycleDays: 15, expectedDay: 55 }],
    [[10, 20, 41], { cycleDays: 16, expectedDay: 57 }],
    [[40, 10, 20, 30], { cycleDays: 10, expectedDay: 50 }],
    [[0, 1_000, ...Array.from({ length: 12 }, (_, n) => 1_007 + n * 7)], { cycleDays: 7, expectedDay: 1_091 }],
  ])('orders on the days %j', (days, cycle) => {
    expect(cycleOf(days)).toEqual(cycle);
  });

  test('is overdue by whole days, never less than none', () => {
    expect([49, 50, 53].map((day) => overdueDays({ expectedDay: 50 }, day))).toEqual([0, 0, 3]);
  });

  test('who was of high value and has not bought for two months is to be cared for', () => {
    const bought = { lastDay: dayOf('2026-01-31'), frequency: 5, monetary: 100_000_000n };
    expect(textOf(careDayOf(bought, cuts, settings) ?? 0)).toBe('2026-03-31');
    expect(careDayOf({ ...bought, frequency: 1 }, cuts, settings)).toBeNull();
    expect(scoredOn(bought, dayOf('2026-03-31'), cuts, settings).tier).toBe('CHURN_RISK');
    expect(scoredOn(bought, dayOf('2026-04-30'), cuts, settings).tier).toBe('LOW_VALUE');
  });
});

describe('a sample', () => {
  const customers = (count: number, from = 0): Drawn[] =>
    Array.from({ length: count }, (_, n) => ({
      place: placeOfCustomer(`prf_${n + from}`),
      recencyDays: n - 3,
      frequency: n,
      monetary: n / 3,
    }));

  test('comes back as it was packed, and fits a checkpoint', () => {
    const all = customers(MOST_DRAWN);
    expect(unpackSample(packSample(all))).toEqual(all);
    expect(packSample(all).length).toBeLessThanOrEqual(112_000);
    expect(unpackSample('')).toEqual([]);
  });

  test('has everybody as long as they fit, and then the same few in whatever order they come', () => {
    const [a, b] = [customers(3_000), customers(3_000, 3_000)];
    expect(drawn([], a)).toEqual(a);
    const both = drawn(a, b);
    expect(both).toHaveLength(MOST_DRAWN);
    expect(drawn(b, a)).toEqual(both);
    const places = both.map(({ place }) => place);
    expect(Math.max(...places) / 2 ** 32).toBeCloseTo(MOST_DRAWN / 6_000, 1);
  });
});
