import { describe, expect, test } from '@jest/globals';
import { ConsentPurpose } from '../../../src/privacy/consent-purpose.js';
import { calendarOf } from '../../../src/rules/calendar.rules.js';
import { eventPipeline } from '../../../src/rules/event-pipeline.rules.js';
import { profileFilter } from '../../../src/rules/profile-filter.rules.js';
import { readRule } from '../../../src/rules/read-rule.rules.js';
import type { RuleInput } from '../../../src/segments/rule.inputs.js';
import { catalogueIn } from '../../support/random-rules.js';
import { matchesQuery } from '../../support/stored-query.js';

const ZONE = 'Asia/Shanghai';
const AT = new Date('2026-03-10T12:00:00Z');
const catalogue = catalogueIn(ZONE);
const read = (rule: unknown) => readRule(rule as RuleInput, catalogue);
const WORLD = { timeZone: ZONE, tenantId: 't', at: AT, consentDefaults: {}, segments: new Map() };

function pipelineOf(event: object) {
  const rule = read({ event: { name: 'Product Shared', ...event } });
  if (rule.kind !== 'event') throw new Error('is an event clause');
  return eventPipeline(rule, { tenantId: 't', calendar: calendarOf(ZONE), at: AT });
}

describe('what stored profiles do not answer is said with its place', () => {
  test.each<[unknown, string]>([
    [{ tag: 'gold' }, 'rule.tag'],
    [{ any: [{ channel: 'WEB' }, { lifecycle: ['RETENTION'] }] }, 'rule.any[1].lifecycle'],
    [{ not: { tier: ['HIGH_VALUE'] } }, 'rule.not.tier'],
    [{ segment: 'seg_listed' }, 'rule.segment'],
    [{ event: { name: 'Order Completed' } }, 'rule.event'],
    [{ sequence: { steps: [{ name: 'Order Completed' }], withinDays: 1 } }, 'rule.sequence'],
    [{ trait: { path: 'renewsAt', op: 'BEFORE', value: '2026-01-01' } }, 'rule.trait'],
  ])('%j', (rule, path) => {
    expect(() => profileFilter(read(rule), WORLD)).toThrow(
      expect.objectContaining({ code: 'NOT_IMPLEMENTED', details: { path } }),
    );
  });

  test('as are sealed properties, and times kept as text, of events', () => {
    const refused = expect.objectContaining({ code: 'NOT_IMPLEMENTED' });
    expect(() => pipelineOf({ where: [{ path: 'recipient', op: 'EXISTS' }] })).toThrow(refused);
    expect(() => pipelineOf({ name: 'Order Completed', aggregate: 'DISTINCT', property: 'paidAt' })).toThrow(refused);
  });
});

describe('a filter', () => {
  const living = {
    tenantId: 't',
    lastSeenAt: AT,
    traits: { custom: {} },
    searchTokens: ['channel:WEB'],
    consentedUntil: {},
  };
  const holds = (rule: unknown, document: object, more: object = {}) =>
    matchesQuery({ ...living, ...document }, profileFilter(read(rule), { ...WORLD, ...more }).filter);

  test('takes the living of the tenant alone, also where a rule is negative', () => {
    const rule = { not: { channel: 'APP' } };
    expect(holds(rule, {})).toBe(true);
    expect(holds(rule, { lastSeenAt: undefined })).toBe(false);
    expect(holds(rule, { tenantId: 'other' })).toBe(false);
  });

  test('weighs consents as lists do: the default stands until somebody is asked', () => {
    const { MARKETING } = ConsentPurpose;
    const rule = { consent: { purpose: MARKETING } };
    const byDefault = { consentDefaults: { [MARKETING]: true } };
    expect(holds(rule, { consentedUntil: { MARKETING: new Date(AT.getTime() + 1) } })).toBe(true);
    expect(holds(rule, { consentedUntil: { MARKETING: AT } })).toBe(false);
    expect(holds(rule, { consentAsked: [] }, byDefault)).toBe(true);
    expect(holds(rule, { consentAsked: [MARKETING] }, byDefault)).toBe(false);
    expect(holds({ consent: { purpose: 'SERVICE', granted: false } }, {})).toBe(false);
  });

  test('looks through a segment that has a rule', () => {
    const segments = new Map([['seg_inner', read({ channel: 'WEB' })]]);
    expect(holds({ segment: 'seg_inner' }, {}, { segments })).toBe(true);
    expect(holds({ not: { segment: 'seg_inner' } }, {}, { segments })).toBe(false);
  });

  test('reads text as it stands, whatever it means elsewhere', () => {
    for (const text of ['a.b', '(a|b)', '$5', 'a/b#-^', '[x]']) {
      const rule = { trait: { path: 'city', op: 'CONTAINS', value: text } };
      expect(holds(rule, { traits: { city: `in ${text}!`, custom: {} } })).toBe(true);
      expect(holds(rule, { traits: { city: 'in aXb!', custom: {} } })).toBe(false);
    }
  });
});

test("a pipeline begins with the tenant, the name and the days of the window in the tenant's zone", () => {
  const [match, ...others] = pipelineOf({ withinDays: 2, aggregate: 'DISTINCT', property: 'sku' });
  expect(match).toEqual({
    $match: {
      tenantId: 't',
      name: 'Product Shared',
      occurredAt: { $gt: new Date('2026-03-08T15:59:59.999Z'), $lt: new Date('2026-03-10T16:00:00Z') },
    },
  });
  expect(others).toHaveLength(1);
});
