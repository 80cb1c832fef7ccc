import type { AttributeKind } from '../channels/trait-catalogue.js';
import { Operator } from '../segments/rule-operator.js';

/** How a value is compared. A value of another kind than expected is as good as none, save that it exists. */
export type ValueKind = 'text' | 'number' | 'boolean' | 'instant' | 'day' | 'gender' | 'phone' | 'email' | 'texts';

const { EQ, NE, IN, NOT_IN, EXISTS, NOT_EXISTS, CONTAINS, STARTS_WITH, BEFORE, AFTER, WITHIN_LAST_DAYS } = Operator;
const EITHER_WAY = [EXISTS, NOT_EXISTS];
const EQUALITY = [EQ, NE, IN, NOT_IN, ...EITHER_WAY];
const IN_TIME = [BEFORE, AFTER, WITHIN_LAST_DAYS];

/** Which comparisons each kind of value knows. */
export const OPERATORS_OF: Readonly<Record<ValueKind, readonly Operator[]>> = {
  text: [...EQUALITY, CONTAINS, STARTS_WITH],
  number: [...EQUALITY, Operator.GT, Operator.GTE, Operator.LT, Operator.LTE],
  boolean: [EQ, NE, ...EITHER_WAY],
  instant: [...IN_TIME, ...EITHER_WAY],
  day: [...EQUALITY, ...IN_TIME],
  gender: EQUALITY,
  phone: [...EQUALITY, STARTS_WITH],
  email: [...EQUALITY, CONTAINS, STARTS_WITH],
  texts: [CONTAINS, ...EITHER_WAY],
};

/** How the values of a channel's attribute are compared; money is not. */
export const KIND_OF_ATTRIBUTE: Readonly<Record<Exclude<AttributeKind, 'money'>, ValueKind>> = {
  text: 'text',
  name: 'text',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
  instant: 'instant',
  texts: 'texts',
  gender: 'gender',
  birthday: 'day',
  phone: 'phone',
  email: 'email',
};
