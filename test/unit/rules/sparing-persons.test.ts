import { describe, expect, test } from '@jest/globals';
import { calendarOf } from '../../../src/rules/calendar.rules.js';
import { compileComparison } from '../../../src/rules/comparison.rules.js';
import { RuleCompiler } from '../../../src/rules/compile-rule.rules.js';
import type { Rule } from '../../../src/rules/rule.js';
import type { Subject } from '../../../src/rules/subject.js';
import { Operator } from '../../../src/segments/rule-operator.js';

const timeZone = 'Asia/Shanghai';
const ZONE = { timeZone, calendar: calendarOf(timeZone) };
const NOW = { at: 0, today: 0 };
const { STARTS_WITH, CONTAINS, GT, LT, EQ, IN, NE } = Operator;

const compared = (op: Operator, value: never, kind: 'text' | 'number' = 'text', isNamed = false) =>
  compileComparison({ place: 'rule', path: 'memo', kind, op, value }, ZONE, isNamed);

describe('a phone in a field that is not named for one', () => {
  test.each([
    [STARTS_WITH, '1398'],
    [CONTAINS, '9876'],
    [STARTS_WITH, ''],
  ])('is not found by a part: %s %s', (op, value) => {
    expect(compared(op, value as never)('13987654321', NOW)).toBe(false);
    expect(compared(op, value as never, 'text', true)('13987654321', NOW)).toBe(true); // in one that is named
  });

  test.each([
    [GT, 1],
    [LT, 1e15],
  ])('nor by its order among numbers: %s %d', (op, value) => {
    expect(compared(op, value as never, 'number')(13_987_654_321, NOW)).toBe(false);
    expect(compared(op, value as never, 'number')(13, NOW)).toBe(op === LT || value < 13);
  });

  test('is compared as a whole, which is a look-up', () => {
    expect(compared(EQ, '13987654321' as never)('13987654321', NOW)).toBe(true);
    expect(compared(IN, ['13987654321'] as never)('13987654321', NOW)).toBe(true);
    expect(compared(NE, 'x' as never)('13987654321', NOW)).toBe(true);
  });

  test('hides no other value', () => expect(compared(STARTS_WITH, 'pl' as never)('plain', NOW)).toBe(true));
});

describe('a rule', () => {
  const holds = (rule: Rule) => {
    const event = { name: 'Sent', messageId: 'm', occurredAt: 0, accountId: 'a', properties: { memo: '13987654321' } };
    const subject = {
      traits: { phone: '+8613987654321', custom: { memo: '13987654321' } },
      tail: new Map([['Sent', [event]]]),
    } as unknown as Subject;
    return new RuleCompiler({ timeZone, segments: new Map() }).compile(rule).holds(subject, new Date(1));
  };
  const starts = (path: string, value: string) => ({ place: 'r', path, kind: 'text' as const, op: STARTS_WITH, value });
  const place = 'r';

  test('spares what traits and properties of any name hold', () => {
    const steps = (value: string) => [{ name: 'Sent', where: [starts('memo', value)] }];
    expect(holds({ kind: 'trait', place, comparison: starts('memo', '139') })).toBe(false);
    expect(holds({ kind: 'sequence', place, withinDays: 3650, steps: steps('139') })).toBe(false);
  });

  test('finds standard traits by their parts, for who may ask', () =>
    expect(holds({ kind: 'trait', place, comparison: starts('phone', '+86139') })).toBe(true));
});
