import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ExplainedClause, RuleCompiler } from '../../src/rules/compile-rule.rules.js';
import { readRule } from '../../src/rules/read-rule.rules.js';
import type { Rule } from '../../src/rules/rule.js';
import { type Change, RuleIndex } from '../../src/rules/rule-index.rules.js';
import type { RuleInput } from '../../src/segments/rule.inputs.js';
import { type NaiveFacts, type NaiveSpan, naivelyHolds } from '../support/naive-rules.js';
import { catalogueIn, changeOf, facts, moment, rules, zone } from '../support/random-rules.js';
import { subjectOf } from '../support/rule-subject.js';
import { runs } from '../support/stitching-scripts.js';

interface Inputs {
  readonly rule: RuleInput;
  readonly seg_inner: RuleInput;
  readonly seg_outer: RuleInput;
}

/** A rule in a tenant: read, compiled, indexed, and ready to be asked of anybody. */
function prepare({ rule, ...others }: Inputs, timeZone: string) {
  const catalogue = catalogueIn(timeZone);
  const read = readRule(rule, catalogue);
  const segments = new Map<string, Rule>(Object.entries(others).map(([id, one]) => [id, readRule(one, catalogue)]));
  const world = { timeZone, segments };
  const compiled = new RuleCompiler(world).compile(read);
  const subject = (known: NaiveFacts) => subjectOf(known, read, segments, timeZone);
  return {
    holds: (known: NaiveFacts, at: Date) => compiled.holds(subject(known), at),
    explain: (known: NaiveFacts, at: Date) => compiled.explain(subject(known), at),
    dueAt: (known: NaiveFacts, at: Date) => compiled.dueAt(subject(known), at),
    holdsNaively: (known: NaiveFacts, at: Date) =>
      naivelyHolds(rule, { facts: known, at, timeZone, segments: { ...others } }),
    index: new RuleIndex(new Map([['own', read]]), world),
  };
}

function expectTreeToAddUp({ kind, holds, clauses = [] }: ExplainedClause): void {
  for (const clause of clauses) expectTreeToAddUp(clause);
  const parts = clauses.map((clause) => clause.holds);
  if (kind === 'all') expect(holds).toBe(!parts.includes(false));
  if (kind === 'any') expect(holds).toBe(parts.includes(true));
  if (kind === 'not') expect(holds).toBe(!parts[0]);
}

function changedKeys(before: NaiveSpan[], after: NaiveSpan[]): string[] {
  return [...new Set([...before, ...after].map(({ key }) => key))];
}

/** The changes that lead from one state to another, as a reader of states tells them. */
function changesBetween(before: NaiveFacts, after: NaiveFacts): Change[] {
  const names = new Set([...Object.keys(before.traits), ...Object.keys(after.traits)]);
  const listed = (kind: 'segment' | 'channel', a: readonly string[], b: readonly string[]) =>
    [...a, ...b].filter((key) => a.includes(key) !== b.includes(key)).map((key): Change => ({ kind, key }));
  const spans = (kind: 'tag' | 'consent') => {
    const [a, b] = kind === 'tag' ? [before.tags, after.tags] : [before.consents, after.consents];
    return a === b ? [] : changedKeys([...a], [...b]).map((key): Change => ({ kind, key }));
  };
  return [
    ...after.events.slice(before.events.length).map((event): Change => ({ kind: 'event', event })),
    ...[...names]
      .filter((trait) => before.traits[trait] !== after.traits[trait])
      .map((trait): Change => ({ kind: 'trait', trait })),
    ...(before.custom === after.custom ? [] : [{ kind: 'trait', trait: null } as const]),
    ...listed('segment', before.segments, after.segments),
    ...listed('channel', before.channels, after.channels),
    ...spans('tag'),
    ...spans('consent'),
    ...(before.lifecycle === after.lifecycle ? [] : [{ kind: 'lifecycle' } as const]),
    ...(before.tier === after.tier ? [] : [{ kind: 'tier' } as const]),
  ];
}

describe('a rule of any shape, over anybody, at any moment', () => {
  test('comes out as read off the lists by hand, and its explanation adds up to the same', () => {
    const outcomes = [0, 0];
    fc.assert(
      fc.property(rules, zone, facts, moment, (inputs, timeZone, known, at) => {
        const rule = prepare(inputs, timeZone);
        const explained = rule.explain(known, at);
        outcomes[Number(explained.holds)] = (outcomes[Number(explained.holds)] ?? 0) + 1;
        expect(rule.holds(known, at)).toBe(rule.holdsNaively(known, at));
        expect(explained.holds).toBe(rule.holds(known, at));
        expectTreeToAddUp(explained);
      }),
      runs(4_000),
    );
    const all = (outcomes[0] ?? 0) + (outcomes[1] ?? 0);
    expect(Math.min(...outcomes)).toBeGreaterThan(all / 10);
  });

  test('changes with time alone only where it says so, and at the moment it says', () => {
    let turned = 0;
    fc.assert(
      fc.property(rules, zone, facts, moment, moment, (inputs, timeZone, known, one, other) => {
        const [before, after] = one <= other ? [one, other] : [other, one];
        const rule = prepare(inputs, timeZone);
        if (rule.holds(known, before) === rule.holds(known, after)) return;
        turned += 1;
        const due = rule.dueAt(known, before);
        expect(due && due > before && due <= after).toBe(true);
        expect(rule.index.touchedByTime().has('own')).toBe(true);
      }),
      runs(4_000),
    );
    expect(turned).toBeGreaterThan(0);
  });

  test('changes with what happens only where the index names it', () => {
    let turned = 0;
    const two = facts.chain((before) => changeOf(before).map((after) => ({ before, after })));
    fc.assert(
      fc.property(rules, zone, two, moment, (inputs, timeZone, { before, after }, at) => {
        const rule = prepare(inputs, timeZone);
        if (rule.holds(before, at) === rule.holds(after, at)) return;
        turned += 1;
        const touched = changesBetween(before, after).filter((change) => rule.index.touched(change).has('own'));
        expect(touched).not.toEqual([]);
      }),
      runs(4_000),
    );
    expect(turned).toBeGreaterThan(0);
  });
});
