import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { calendarOf } from '../../src/rules/calendar.rules.js';
import { compileComparison, valueAt } from '../../src/rules/comparison.rules.js';
import { RuleCompiler } from '../../src/rules/compile-rule.rules.js';
import { type AccountSummary, eventPipeline, measureOfAccounts } from '../../src/rules/event-pipeline.rules.js';
import { standsComparison } from '../../src/rules/measure.rules.js';
import { profileFilter } from '../../src/rules/profile-filter.rules.js';
import { readRule } from '../../src/rules/read-rule.rules.js';
import { storedComparison } from '../../src/rules/stored-comparison.rules.js';
import type { NaiveFacts } from '../support/naive-rules.js';
import {
  catalogueIn,
  eventCondition,
  facts,
  moment,
  storedCondition,
  storedRule,
  zone,
} from '../support/random-rules.js';
import { subjectOf } from '../support/rule-subject.js';
import { runs } from '../support/stitching-scripts.js';
import { aggregate, matchesQuery } from '../support/stored-query.js';

const TENANT = 'tenant';
const MASKED = ['birthday', 'phone', 'email'];
const none = new Map();

/** A profile's document: CORE values masked, and of the others those named hidden altogether. */
function documentOf(known: NaiveFacts, hidden: readonly string[], at: Date) {
  const shown = (values: Readonly<Record<string, unknown>>, prefix: string) =>
    Object.fromEntries(
      Object.entries(values).map(([name, value]) => {
        if (MASKED.includes(name) && value !== null) return [name, '***'];
        return [name, hidden.includes(prefix + name) ? null : value];
      }),
    );
  const granted = known.consents.filter(({ from }) => from <= at.getTime());
  const ends = (purpose: string) => granted.filter(({ key }) => key === purpose).map(({ until }) => until ?? 8e15);
  const until = [...new Set(granted.map(({ key }) => key))].map((key) => [key, new Date(Math.max(...ends(key)))]);
  return {
    tenantId: TENANT,
    lastSeenAt: at,
    traits: { ...shown(known.traits, ''), custom: shown(known.custom, 'custom.') },
    hiddenTraits: hidden.filter(
      (name) => (valueAt({ ...known.traits, custom: known.custom }, name.split('.')) ?? null) !== null,
    ),
    searchTokens: known.channels.map((channel) => `channel:${channel}`),
    consentedUntil: Object.fromEntries(until),
    consentAsked: [],
  };
}

describe('what the database is asked', () => {
  test('of one value is what the predicate asks, whatever JSON stands there', () => {
    const plain = fc.oneof(
      fc.constantFrom('a', 'b', 'ab', 'MALE', '2026-03-07', '2026-03-07\n'),
      fc.constantFrom(0, 1, 0.3),
      fc.boolean(),
      fc.constant(null),
    );
    const value = fc.oneof(
      plain,
      fc.array(plain, { maxLength: 2 }),
      plain.map((one) => ({ inner: one })),
    );
    const holder = fc.oneof(
      value.map((inner) => ({ inner })),
      fc.array(
        value.map((inner) => ({ inner })),
        { maxLength: 2 },
      ),
      value,
    );
    fc.assert(
      fc.property(storedCondition, holder, moment, zone, (condition, outer, at, timeZone) => {
        const rule = readRule({ trait: condition }, catalogueIn(timeZone));
        if (rule.kind !== 'trait') throw new Error('is a trait');
        const calendar = calendarOf(timeZone);
        const today = calendar.dayOf(at.getTime());
        const stored = matchesQuery({ outer }, storedComparison(rule.comparison, 'outer.inner', today));
        const observed = valueAt({ outer }, ['outer', 'inner']);
        expect(stored).toBe(
          compileComparison(rule.comparison, { timeZone, calendar })(observed, { at: at.getTime(), today }),
        );
      }),
      runs(4_000),
    );
  });

  test('of a profile is what the predicate says, save where values are sealed, and there it says so', () => {
    let decided = 0;
    const hideable = fc.subarray(['city', 'gender', 'custom.home', 'custom.level', 'custom.tastes']);
    fc.assert(
      fc.property(storedRule, facts, hideable, moment, zone, (input, known, hidden, at, timeZone) => {
        const rule = readRule(input, catalogueIn(timeZone));
        const world = { timeZone, segments: none, tenantId: TENANT, at, consentDefaults: {} };
        const { filter, toOpen } = profileFilter(rule, world);
        const document = documentOf(known, hidden, at);
        const holds = new RuleCompiler(world).compile(rule).holds(subjectOf(known, rule, none, timeZone), at);
        if (holds) expect(matchesQuery(document, filter)).toBe(true);
        if (matchesQuery(document, toOpen)) return;
        decided += 1;
        expect(matchesQuery(document, filter)).toBe(holds);
        expect(matchesQuery({ ...document, tenantId: 'another' }, filter)).toBe(false);
      }),
      runs(1_500),
    );
    expect(decided).toBeGreaterThan(100);
  });

  test('of events, account by account, comes to what the predicate makes of them together', () => {
    let decided = 0;
    let left = 0;
    const hidden = fc.constantFrom(null, null, 'total', 'coupon');
    fc.assert(
      fc.property(eventCondition, facts, hidden, moment, zone, (condition, known, sealed, at, timeZone) => {
        const rule = readRule({ event: condition }, catalogueIn(timeZone));
        if (rule.kind !== 'event') throw new Error('is an event clause');
        if (rule.where.some(({ kind }) => kind === 'instant')) return;
        const world = { tenantId: TENANT, calendar: calendarOf(timeZone), at };
        const documents = known.events.map(({ properties, occurredAt, ...event }) => {
          const hides = sealed !== null && Object.hasOwn(properties, sealed);
          const shown = hides ? { ...properties, [sealed]: null } : properties;
          return { ...event, tenantId: TENANT, occurredAt: new Date(occurredAt), properties: shown };
        });
        const found = aggregate(documents, eventPipeline(rule, world)) as AccountSummary[];
        if (found.some(({ toOpen }) => toOpen)) {
          left += 1;
          return;
        }
        decided += 1;
        const compiled = new RuleCompiler({ timeZone, segments: none }).compile(rule);
        const holds = compiled.holds(subjectOf(known, rule, none, timeZone), at);
        expect(standsComparison(rule, measureOfAccounts(rule, found, world))).toBe(holds);
      }),
      runs(3_000),
    );
    expect(decided).toBeGreaterThan(left);
    expect(left).toBeGreaterThan(0);
  });
});
