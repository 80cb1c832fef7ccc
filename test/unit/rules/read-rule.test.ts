import { describe, expect, test } from '@jest/globals';
import { AppError } from '../../../src/platform/errors.js';
import { readRule } from '../../../src/rules/read-rule.rules.js';
import type { RuleCatalogue } from '../../../src/rules/rule-catalogue.js';
import type { EventSchema } from '../../../src/rules/standard-events.js';
import type { RuleInput } from '../../../src/segments/rule.inputs.js';
import { tagIdOf } from '../../../src/tags/tag-id.rules.js';

const CATALOGUE: RuleCatalogue = {
  customTraits: new Map([
    ['favouriteColour', 'text'],
    ['level', 'number'],
    ['renewsAt', 'instant'],
    ['tastes', 'texts'],
    ['vip', 'boolean'],
    ['receiverPhone', 'text'],
  ]),
  events: new Map<string, EventSchema>([
    ['Course Booked', new Map([['seats', 'number']])],
    ['Order Completed', new Map([['gift', 'boolean']])],
  ]),
  tags: new Set(['golden', 'silver']),
  segments: new Map([
    ['seg_a', ['seg_b']],
    ['seg_b', ['seg_c']],
    ['seg_c', []],
  ]),
  tiers: ['HIGH_VALUE', 'LOW_VALUE'],
  locale: { region: 'CN', currency: 'CNY', timeZone: 'Asia/Shanghai' },
  access: {},
};

const read = (rule: unknown, catalogue = CATALOGUE, own: string | null = null) =>
  readRule(rule as RuleInput, catalogue, own);

function refusal(rule: unknown, catalogue = CATALOGUE, own: string | null = null) {
  try {
    read(rule, catalogue, own);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { path, suggestion } = error.details;
    return { code: error.code, path, suggestion, message: error.message };
  }
  throw new Error('was taken');
}

const trait = (path: string, op: string, value?: unknown) => ({ trait: { path, op, value } });
const nested = (levels: number): unknown => (levels === 0 ? { tag: 'golden' } : { not: nested(levels - 1) });

describe('a rule is refused with the place that is wrong', () => {
  test.each<[string, unknown, string, string?]>([
    ['a path', trait('favoriteColor', 'EQ', 'red'), 'rule.trait.path', 'favouriteColour'],
    [
      'a path inside',
      { all: [{ tag: 'golden' }, { not: trait('birthdate', 'EXISTS') }] },
      'rule.all[1].not.trait.path',
      'birthday',
    ],
    ['an operator', trait('level', 'GRT', 3), 'rule.trait.op', 'GT'],
    ['an operator of another kind', trait('renewsAt', 'GT', '2026-01-01'), 'rule.trait.op', 'AFTER'],
    ['an operator that text has not', trait('city', 'GTE', 'A'), 'rule.trait.op'],
    ['text for a number', trait('level', 'EQ', '3'), 'rule.trait.value'],
    ['no value', trait('level', 'EQ'), 'rule.trait.value'],
    ['a value for EXISTS', trait('level', 'EXISTS', 3), 'rule.trait.value'],
    ['a list for EQ', trait('city', 'EQ', ['a']), 'rule.trait.value'],
    ['no list for IN', trait('city', 'IN', 'a'), 'rule.trait.value'],
    ['one of a list', trait('level', 'IN', [1, 'b']), 'rule.trait.value[1]'],
    [
      'an enormous list',
      trait(
        'level',
        'IN',
        Array.from({ length: 1_001 }, (_, n) => n),
      ),
      'rule.trait.value',
    ],
    ['an empty list', trait('level', 'NOT_IN', []), 'rule.trait.value'],
    ['a day that there is not', trait('birthday', 'BEFORE', '2026-02-30'), 'rule.trait.value'],
    ['no instant', trait('renewsAt', 'BEFORE', 'soon'), 'rule.trait.value'],
    ['no phone', trait('phone', 'EQ', '12'), 'rule.trait.value'],
    ['no start of a phone', trait('phone', 'STARTS_WITH', '139'), 'rule.trait.value'],
    ['no email', trait('email', 'EQ', 'anna'), 'rule.trait.value'],
    ['no gender', trait('gender', 'EQ', 'femal'), 'rule.trait.value', 'FEMALE'],
    ['a regular expression', trait('city', 'EQ', '^Shang.*'), 'rule.trait.value'],
    ['a database operator', trait('city', 'EQ', { $regex: 'a' }), 'rule.trait.value'],
    ['text that is too long', trait('city', 'EQ', 'a'.repeat(1_025)), 'rule.trait.value'],
    ['a window of -1 days', { event: { name: 'Order Completed', withinDays: -1 } }, 'rule.event.withinDays'],
    ['a window of 0 days', trait('renewsAt', 'WITHIN_LAST_DAYS', 0), 'rule.trait.value'],
    [
      'a window of 11 years',
      { sequence: { steps: [{ name: 'Order Completed' }], withinDays: 4_000 } },
      'rule.sequence.withinDays',
    ],
    ['an event', { event: { name: 'Order Complete' } }, 'rule.event.name', 'Order Completed'],
    ['an event of its own', { event: { name: 'course booked!' } }, 'rule.event.name', 'Course Booked'],
    [
      'a property',
      { event: { name: 'Order Completed', where: [{ path: 'totl', op: 'GT', value: 1 }] } },
      'rule.event.where[0].path',
      'total',
    ],
    [
      'a property of a step',
      {
        sequence: {
          steps: [{ name: 'Course Booked' }, { name: 'Course Booked', where: [{ path: 'seat', op: 'EXISTS' }] }],
          withinDays: 1,
        },
      },
      'rule.sequence.steps[1].where[0].path',
      'seats',
    ],
    ['a sum of nothing', { event: { name: 'Order Completed', aggregate: 'SUM' } }, 'rule.event.property'],
    [
      'a sum of text',
      { event: { name: 'Order Completed', aggregate: 'SUM', property: 'coupon' } },
      'rule.event.property',
    ],
    ['a count of a property', { event: { name: 'Order Completed', property: 'total' } }, 'rule.event.property'],
    ['an aggregate', { event: { name: 'Order Completed', aggregate: 'MEAN' } }, 'rule.event.aggregate'],
    ['a numeric operator', { event: { name: 'Order Completed', op: 'CONTAINS' } }, 'rule.event.op'],
    ['a number that is none', { event: { name: 'Order Completed', value: Number.NaN } }, 'rule.event.value'],
    ['no steps', { sequence: { steps: [], withinDays: 1 } }, 'rule.sequence.steps'],
    ['a tag', { tag: 'goldn' }, 'rule.tag', 'golden'],
    ['a stage', { lifecycle: ['RETENTION', 'RETENSION'] }, 'rule.lifecycle[1]', 'RETENTION'],
    ['a tier', { tier: ['HIGHVALUE'] }, 'rule.tier[0]', 'HIGH_VALUE'],
    ['a channel', { channel: 'WEBB' }, 'rule.channel', 'WEB'],
    ['a purpose', { consent: { purpose: 'MARKETTING' } }, 'rule.consent.purpose', 'MARKETING'],
    ['a field', { tags: 'golden' }, 'rule', 'tag'],
    ['no field', {}, 'rule'],
    ['two fields', { tag: 'golden', channel: 'WEB' }, 'rule'],
    ['nothing to hold', { all: [] }, 'rule.all'],
    ['too many', { any: Array.from({ length: 101 }, () => ({ tag: 'golden' })) }, 'rule.any'],
    ['an unknown segment', { segment: 'seg_x' }, 'rule.segment'],
  ])('%s', (...[, rule, path, suggestion]) => {
    expect(refusal(rule)).toMatchObject({ code: 'BAD_USER_INPUT', path, ...(suggestion && { suggestion }) });
  });

  test('50 levels deep, where 20 are taken; 100 rules of 100, where 200 clauses are', () => {
    expect(refusal(nested(49)).path).toBe(`rule${'.not'.repeat(20)}`);
    expect(read(nested(19)).kind).toBe('not');
    const wide = {
      all: Array.from({ length: 3 }, () => ({ any: Array.from({ length: 99 }, () => ({ tag: 'golden' })) })),
    };
    expect(refusal(wide).message).toContain('at most 200');
  });

  test('a cycle of segments, with the way it takes', () => {
    expect(refusal({ segment: 'seg_a' }, CATALOGUE, 'seg_c')).toMatchObject({
      code: 'BAD_USER_INPUT',
      path: 'rule.segment',
    });
    expect(() => read({ segment: 'seg_a' }, CATALOGUE, 'seg_c')).toThrow(
      expect.objectContaining({ details: { path: 'rule.segment', cycle: ['seg_c', 'seg_a', 'seg_b', 'seg_c'] } }),
    );
    expect(refusal({ segment: 'seg_a' }, CATALOGUE, 'seg_a').code).toBe('BAD_USER_INPUT');
    expect(read({ segment: 'seg_c' }, CATALOGUE, 'seg_a')).toMatchObject({ segment: 'seg_c' });
  });

  test('a tower of segments, whether it grows at the top or at the bottom', () => {
    const ids = Array.from({ length: 11 }, (_, n) => `seg_${n}`);
    const segments = new Map(ids.map((id, at): [string, string[]] => [id, ids.slice(at + 1, at + 2)]));
    const tower = { ...CATALOGUE, segments: new Map([...segments, ['seg_x', []], ['seg_y', []]]) };
    expect(refusal({ segment: 'seg_0' }, tower).path).toBe('rule.segment');
    expect(refusal({ segment: 'seg_x' }, tower, 'seg_10').path).toBe('rule.segment');
    expect(read({ segment: 'seg_x' }, tower, 'seg_y').kind).toBe('segment');
  });

  test('what the caller may not look up, by the class of the trait, the name or the value', () => {
    const closed = { ...CATALOGUE, access: { CORE: 'CLOSED' as const } };
    for (const rule of [
      trait('phone', 'EXISTS'),
      trait('receiverPhone', 'EQ', 'x'),
      trait('favouriteColour', 'IN', ['red', '13912345678']),
    ])
      expect(refusal(rule, closed)).toMatchObject({ code: 'FORBIDDEN', path: 'rule.trait.path' });
    const named = { event: { name: 'Product Shared', aggregate: 'DISTINCT', property: 'recipient' } };
    expect(refusal(named, closed)).toMatchObject({ code: 'FORBIDDEN', path: 'rule.event.property' });
    expect(read(trait('city', 'EQ', 'Shanghai'), closed).kind).toBe('trait');
  });

  test('of what the caller may look up all but whether a whole value is equal', () => {
    const masked = { ...CATALOGUE, access: { CORE: 'WHOLE' as const, IMPORTANT: 'CLOSED' as const } };
    expect(read(trait('phone', 'EQ', '13912345678'), masked).kind).toBe('trait');
    expect(refusal(trait('phone', 'STARTS_WITH', '139'), masked)).toMatchObject({ code: 'FORBIDDEN' });
    expect(refusal(trait('city', 'EQ', 'Shanghai'), masked)).toMatchObject({ code: 'FORBIDDEN' });
    const spent = { event: { name: 'Order Completed', aggregate: 'SUM', property: 'total' } };
    expect(refusal(spent, masked)).toMatchObject({ code: 'FORBIDDEN', path: 'rule.event.property' });
  });

  test('no refusal quotes a phone number', () => {
    expect(refusal(trait('13912345678', 'EXISTS')).message).not.toContain('139');
    expect(refusal(trait('level', 'EQ', '13912345678')).message).not.toContain('139');
  });
});

describe('a rule in canonical form', () => {
  test.each<[string, unknown, object]>([
    ['phone', trait('phone', 'IN', ['139 1234 5678', '+8613912345678']), { value: ['+8613912345678'] }],
    ['email', trait('email', 'EQ', 'Anna@Example.COM'), { value: 'anna@example.com' }],
    ['gender', trait('gender', 'EQ', '女'), { value: 'FEMALE' }],
    ['birthday', trait('birthday', 'AFTER', '1990/1/31'), { value: '1990-01-31' }],
    ['instant of the tenant', trait('renewsAt', 'BEFORE', '2026-01-01'), { value: Date.UTC(2025, 11, 31, 16) }],
    ['text', trait('city', 'EQ', ' Ｓhanghai '), { value: 'Shanghai' }],
    ['text of a path or a price', trait('city', 'IN', ['/a/', '$5 (a+b)?']), { value: ['$5 (a+b)?', '/a/'] }],
    ['list', trait('level', 'IN', [3, 1, 3]), { value: [1, 3] }],
    ['path', trait('custom.level', 'EXISTS'), { path: 'level', kind: 'number', value: null }],
  ])('%s', (_what, rule, comparison) => {
    expect(read(rule)).toMatchObject({ comparison });
  });

  test('defaults are filled in, and lists of names sorted', () => {
    expect(read({ event: { name: 'Order Completed' } })).toEqual({
      kind: 'event',
      place: 'rule.event',
      name: 'Order Completed',
      withinDays: null,
      where: [],
      aggregate: 'COUNT',
      property: null,
      op: 'GTE',
      value: 1,
    });
    expect(read({ tier: ['LOW_VALUE', 'HIGH_VALUE', 'LOW_VALUE'] })).toMatchObject({
      tiers: ['HIGH_VALUE', 'LOW_VALUE'],
    });
    expect(read({ consent: { purpose: 'MARKETING' } })).toMatchObject({ granted: true });
  });

  test('an event knows its standard properties and those that were observed', () => {
    const where = [
      { path: 'gift', op: 'EQ', value: true },
      { path: 'total', op: 'GT', value: 5 },
    ];
    expect(read({ event: { name: 'Order Completed', where } })).toMatchObject({
      where: [{ kind: 'boolean' }, { kind: 'number' }],
    });
  });
});

describe('tags and segments that stand on each other', () => {
  const [golden, silver] = [tagIdOf('golden'), tagIdOf('silver')];
  const segments = new Map([
    ['seg_a', [golden]],
    [golden, [silver]],
    [silver, []],
  ]);
  const catalogue = { ...CATALOGUE, segments };

  test.each<[string, unknown, string, string]>([
    ['a tag by a segment that names it', { segment: 'seg_a' }, silver, 'rule.segment'],
    ['a segment by a tag that leads to it', { any: [{ tag: 'golden' }] }, 'seg_a', 'taken'],
    ['a tag by a tag above it', { not: { tag: 'golden' } }, silver, 'rule.not.tag'],
    ['a tag by itself', { tag: 'golden' }, golden, 'rule.tag'],
    ['a segment by the id of a tag', { segment: golden }, 'seg_b', 'rule.segment'],
  ])('%s', (_what, rule, own, place) => {
    if (place === 'taken') expect(read(rule, catalogue, own)).toMatchObject({ kind: 'any' });
    else expect(refusal(rule, catalogue, own)).toMatchObject({ code: 'BAD_USER_INPUT', path: place });
  });

  test('stand ten deep at most', () => {
    const keys = Array.from({ length: 11 }, (_, n) => `t${n}`);
    const deep = new Map(keys.map((key, n) => [tagIdOf(key), n === 0 ? [] : [tagIdOf(`t${n - 1}`)]]));
    const deepest = { ...CATALOGUE, tags: new Set(keys), segments: deep };
    expect(read({ tag: 't9' }, deepest, 'seg_own')).toMatchObject({ tag: 't9' });
    expect(refusal({ tag: 't10' }, deepest, 'seg_own')).toMatchObject({ path: 'rule.tag' });
  });
});
