import { describe, expect, test } from '@jest/globals';
import { shownClause } from '../../../src/memberships/shown-clause.rules.js';
import type { ExplainedClause } from '../../../src/rules/compile-rule.rules.js';
import type { ClassAccess } from '../../../src/rules/rule-catalogue.js';
import { Operator } from '../../../src/segments/rule-operator.js';

const is = (path: string, value: string, op = Operator.EQ) => {
  return { comparison: { place: 'p', path, kind: 'text' as const, op, value } };
};
const trait = (path: string, value: string, op?: Operator): ExplainedClause => {
  return { kind: 'trait', place: 'p', holds: true, asked: is(path, value, op), observed: value };
};
const total: ExplainedClause = {
  kind: 'event',
  place: 'p',
  holds: true,
  observed: 1280,
  asked: { name: 'Order Completed', where: [], property: { path: 'total', kind: 'number' }, aggregate: 'SUM' },
};
const EVERYTHING: ClassAccess = {};
const LOOKS_UP: ClassAccess = { CORE: 'WHOLE' };
const MASKS: ClassAccess = { CORE: 'CLOSED', IMPORTANT: 'CLOSED' };

const shownTo = (clause: ExplainedClause, comparable: ClassAccess) =>
  shownClause({ kind: 'all', place: 'rule', holds: true, clauses: [clause] }, { traitOf: () => 'as seen', comparable });

describe('a clause of an explanation', () => {
  test.each([
    ['a city, to who reads all', trait('city', '苏州'), EVERYTHING, true],
    ['a city, to who sees masks', trait('city', '苏州'), MASKS, false],
    ['a city, to who looks people up', trait('city', '苏州'), LOOKS_UP, true],
    ['a whole phone, to who looks people up', trait('phone', '+8613812341234'), LOOKS_UP, true],
    ['a part of a phone, to who looks people up', trait('phone', '+86138', Operator.STARTS_WITH), LOOKS_UP, false],
    ['a part of a phone, to who reads all', trait('phone', '+86138', Operator.STARTS_WITH), EVERYTHING, true],
    ['what orders are worth, to who sees masks', total, MASKS, false],
    ['what orders are worth, to who reads all', total, EVERYTHING, true],
    ['a trait of no class, to who sees masks', trait('province', '江苏'), MASKS, true],
  ])('%s', (_, clause, comparable, isShown) => {
    const [inner] = shownTo(clause, comparable).clauses as Record<string, unknown>[];
    expect(inner?.holds).toBe(isShown ? true : null);
    expect(Boolean(inner?.asked)).toBe(isShown);
    expect(inner?.observed === null).toBe(!isShown);
  });

  test('hides what is made of it, and not how all of it comes out', () => {
    const not: ExplainedClause = { kind: 'not', place: 'p', holds: false, clauses: [trait('city', '苏州')] };
    const shown = shownTo(not, MASKS);
    expect(shown.holds).toBe(true);
    expect(shown.clauses).toMatchObject([{ kind: 'not', holds: null }]);
  });
});
