import { describe, expect, test } from '@jest/globals';
import type { Rule } from '../../../src/rules/rule.js';
import { Operator } from '../../../src/segments/rule-operator.js';
import { lookedUpIn } from '../../../src/segments/segment.rules.js';

const place = 'rule';
const is = (path: string, value: string | string[]) => {
  return { place, path, kind: 'text' as const, op: Array.isArray(value) ? Operator.IN : Operator.EQ, value };
};
const order = {
  kind: 'event',
  place,
  name: 'Order Completed',
  withinDays: null,
  aggregate: 'COUNT',
  op: 'GTE',
} as const;

describe('what a rule looks up', () => {
  const cases: [string, Rule, string[]][] = [
    ['a trait of class CORE', { kind: 'trait', place, comparison: is('phone', '+8613812341234') }, ['+8613812341234']],
    ['a trait of another class', { kind: 'trait', place, comparison: is('city', '苏州') }, []],
    [
      'a phone in a trait of any name',
      { kind: 'trait', place, comparison: is('memo', ['13812341234', 'x']) },
      ['13812341234'],
    ],
    [
      'a property that is named for a person',
      { ...order, where: [is('receiver_phone', ['13812341234', '13812341235'])], property: null, value: 1 } as Rule,
      ['13812341234', '13812341235'],
    ],
    [
      'a property in a chain',
      {
        kind: 'not',
        place,
        rule: {
          kind: 'sequence',
          place,
          withinDays: 7,
          steps: [{ name: 'Order Completed', where: [is('receiver', '林晓')] }],
        },
      },
      ['林晓'],
    ],
    ['what an order is worth', { ...order, where: [is('total', '5')], property: null, value: 1 } as Rule, []],
  ];
  test.each(cases)('%s', (_, rule, values) => expect(lookedUpIn(rule)).toEqual(values));
});
