import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { geometricNoise } from '../../../src/statistics/noise.rules.js';
import {
  checkClamp,
  MILLIONTHS,
  NoisySum,
  noisyCount,
  readEpsilon,
  withoutSmallCells,
} from '../../../src/statistics/private-numbers.rules.js';
import { calendarOf, populationOf } from '../../../src/statistics/question.rules.js';
import { KeyedBits } from '../../../src/statistics/random-bits.js';

const EXPECTED = fileURLToPath(new URL('../../../../shared/analytics/privacy/dp_expected.json', import.meta.url));
const testWithData = existsSync(EXPECTED) ? test : test.skip;
const DRAWS = 20_000;

/** A seeded source: each run draws the same. */
const seeded = (seed: string) => new KeyedBits(createHash('sha256').update(seed).digest());
const scaleOf = (epsilon: number) => ({ over: BigInt(MILLIONTHS), under: BigInt(readEpsilon(epsilon)) });

const draws = new Map<number, number[]>();

function drawn(epsilon: number): number[] {
  const known = draws.get(epsilon) ?? drawnAnew(epsilon);
  draws.set(epsilon, known);
  return known;
}

function drawnAnew(epsilon: number): number[] {
  const bits = seeded(`geometric ${epsilon}`);
  return Array.from({ length: DRAWS }, () => Number(geometricNoise(bits, scaleOf(epsilon))));
}

/** Laplace noise alone: that of an empty sum of values from -1 to 1. */
function laplace(epsilon: number): number[] {
  const bits = seeded(`laplace ${epsilon}`);
  return Array.from({ length: DRAWS }, () => new NoisySum({ lower: -1, upper: 1 }).noisy(readEpsilon(epsilon), bits));
}

const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

/** Chi-square of the draws against P(x) = (1 - a) / (1 + a) * a^|x|, over cells that expect 50 draws or more. */
function chiSquare(values: readonly number[], epsilon: number): { statistic: number; degrees: number } {
  const a = Math.exp(-epsilon);
  const expected = (x: number) => (DRAWS * (1 - a) * a ** Math.abs(x)) / (1 + a);
  let reach = 0;
  while (expected(reach + 1) >= 50) reach += 1;
  const tail = (DRAWS * a ** (reach + 1)) / (1 + a);
  const cells = [
    { found: values.filter((x) => x < -reach).length, expected: tail },
    { found: values.filter((x) => x > reach).length, expected: tail },
    ...Array.from({ length: 2 * reach + 1 }, (_, at) => ({
      found: values.filter((x) => x === at - reach).length,
      expected: expected(at - reach),
    })),
  ];
  const statistic = cells.reduce((sum, cell) => sum + (cell.found - cell.expected) ** 2 / cell.expected, 0);
  return { statistic, degrees: cells.length - 1 };
}

describe('geometric noise', () => {
  test.each([0.1, 0.5, 1, 2])('of epsilon %d is spread as it must be (chi-square, five deviations)', (epsilon) => {
    const { statistic, degrees } = chiSquare(drawn(epsilon), epsilon);
    expect(degrees).toBeGreaterThan(4);
    expect(statistic).toBeLessThan(degrees + 5 * Math.sqrt(2 * degrees));
  });

  test('is the same for the same secret, and another for another', () => {
    const some = (seed: string) => {
      const bits = seeded(seed);
      return Array.from({ length: 20 }, () => geometricNoise(bits, scaleOf(0.1)));
    };
    expect(some('a')).toEqual(some('a'));
    expect(some('a')).not.toEqual(some('b'));
  });

  test('bits below a bound are all as likely', () => {
    const bits = seeded('bits');
    const counts = new Array<number>(7).fill(0);
    for (let n = 0; n < 7_000; n += 1) {
      const drawnNow = Number(bits.below(7n));
      counts[drawnNow] = (counts[drawnNow] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 1_000)).toBeLessThan(160);
    expect(bits.below(1n)).toBe(0n);
  });
});

interface Moments {
  readonly laplace: { readonly mae_theory: number; readonly std_theory: number; readonly q95_abs_theory: number };
  readonly geometric: { readonly p0_theory: number; readonly mae_theory: number; readonly var_theory: number };
}

describe('the moments that OpenDP and theory give (../shared/analytics/privacy; skipped where they are absent)', () => {
  testWithData.each([0.1, 0.5, 1, 2])('epsilon %d', (epsilon) => {
    const expected = JSON.parse(readFileSync(EXPECTED, 'utf8')) as Record<string, Moments>;
    const { laplace: l, geometric: g } = expected[`eps${epsilon.toFixed(1)}`] as Moments;
    const near = (found: number, theory: number, share: number) =>
      expect(Math.abs(found - theory)).toBeLessThan(share * theory);
    const counts = drawn(epsilon);
    near(counts.filter((x) => x === 0).length / DRAWS, g.p0_theory, 0.12);
    near(mean(counts.map(Math.abs)), g.mae_theory, 0.05);
    near(mean(counts.map((x) => x * x)), g.var_theory, 0.1);
    const sums = laplace(epsilon);
    near(mean(sums.map(Math.abs)), l.mae_theory, 0.04);
    near(Math.sqrt(mean(sums.map((x) => x * x))), l.std_theory, 0.05);
    near(sums.map(Math.abs).sort((a, b) => a - b)[Math.floor(0.95 * DRAWS)] ?? 0, l.q95_abs_theory, 0.06);
  });
});

describe('private numbers', () => {
  test('a count is off by its noise', () => {
    const [a, b] = [seeded('same'), seeded('same')];
    expect(noisyCount(1_000, readEpsilon(1), a) - 1_000).toBe(Number(geometricNoise(b, scaleOf(1))));
  });

  test('a sum clamps each value, and lies on a grid that no value has made', () => {
    const sum = new NoisySum({ lower: 0, upper: 100 });
    for (const value of [-50, 12.3456789, 1e12]) sum.add(value);
    const step = 2 ** -13;
    const told = sum.noisy(readEpsilon(1_000), seeded('sum'));
    expect(Math.abs(told - 112.3456789)).toBeLessThan(2);
    expect(told / step).toBe(Math.round(told / step));
  });

  test.each([
    [0, 'epsilon'],
    [-1, 'epsilon'],
    [0.009, 'epsilon'],
    [Number.NaN, 'epsilon'],
    [Number.POSITIVE_INFINITY, 'epsilon'],
    [1_001, 'epsilon'],
  ])('epsilon %d is refused', (epsilon, path) => {
    expect(() => readEpsilon(epsilon)).toThrow(`${path}: must be a number from 0.01 to 1000`);
  });

  test('epsilon is read in millionths, never more than was given', () => {
    expect([readEpsilon(0.1), readEpsilon(0.7), readEpsilon(0.0100009)]).toEqual([100_000, 700_000, 10_000]);
  });

  test('bounds of a sum must be a span', () => {
    expect(() => checkClamp({ lower: 1, upper: 1 })).toThrow('upper: must be above lower');
    expect(() => checkClamp({ lower: Number.NaN, upper: 1 })).toThrow('lower: must be a number');
    expect(() => checkClamp({ lower: 0, upper: 1e10 })).toThrow('upper: must be a number');
  });

  test('small cells are left out', () => {
    const cells = [9, 10, -3, 400].map((value) => ({ value }));
    expect(withoutSmallCells(cells, 10)).toEqual([{ value: 10 }, { value: 400 }]);
  });
});

describe('a question', () => {
  test('is of a day of the tenant', () => {
    const at = new Date('2026-10-31T17:00:00Z');
    expect(calendarOf(at, 'Asia/Shanghai')).toEqual({ day: '2026-11-01', month: '2026-11' });
    expect(calendarOf(at, 'UTC')).toEqual({ day: '2026-10-31', month: '2026-10' });
  });

  test('is the same for all who may count the same people', () => {
    const all = { kind: 'USER', purposes: ['SERVICE', 'MARKETING'] };
    expect(populationOf(all)).toEqual(populationOf({ kind: 'API_TOKEN', name: 'a', purposes: ['SERVICE'] }));
    const partner = { kind: 'API_TOKEN', purposes: ['PARTNER_SHARING'] };
    expect(populationOf({ ...partner, name: 'a' })).not.toEqual(populationOf({ ...partner, name: 'b' }));
    expect(populationOf({ ...all, segmentIds: ['x'] })).not.toEqual(populationOf(all));
  });
});
