import { registerEnumType } from 'type-graphql';

/** How a trait or an event's property is compared. */
export enum Operator {
  EQ = 'EQ',
  NE = 'NE',
  GT = 'GT',
  GTE = 'GTE',
  LT = 'LT',
  LTE = 'LTE',
  IN = 'IN',
  NOT_IN = 'NOT_IN',
  CONTAINS = 'CONTAINS',
  STARTS_WITH = 'STARTS_WITH',
  EXISTS = 'EXISTS',
  NOT_EXISTS = 'NOT_EXISTS',
  BEFORE = 'BEFORE',
  AFTER = 'AFTER',
  WITHIN_LAST_DAYS = 'WITHIN_LAST_DAYS',
}

registerEnumType(Operator, {
  name: 'Operator',
  description: 'How a value is compared with the one given.',
  valuesConfig: {
    IN: { description: 'The given value is a list, and one of its items is equal.' },
    NOT_IN: { description: 'The given value is a list, and none of its items is equal.' },
    CONTAINS: { description: 'Text that holds the given text, or a list that holds the given item.' },
    EXISTS: { description: 'There is a value; none is given.' },
    NOT_EXISTS: { description: 'There is no value; none is given.' },
    BEFORE: { description: 'A time earlier than the given one, which is ISO 8601.' },
    AFTER: { description: 'A time later than the given one, which is ISO 8601.' },
    WITHIN_LAST_DAYS: {
      description: "A time within the given number of calendar days of the tenant's time zone, today included.",
    },
  },
});

/** How a number is compared. */
export enum NumericOperator {
  EQ = 'EQ',
  NE = 'NE',
  GT = 'GT',
  GTE = 'GTE',
  LT = 'LT',
  LTE = 'LTE',
}

registerEnumType(NumericOperator, {
  name: 'NumericOperator',
  description: 'How a number is compared with the one given.',
});

/** What is made of the events that match, before it is compared. */
export enum EventAggregate {
  COUNT = 'COUNT',
  SUM = 'SUM',
  AVG = 'AVG',
  MIN = 'MIN',
  MAX = 'MAX',
  DAYS_SINCE_LAST = 'DAYS_SINCE_LAST',
  DAYS_SINCE_FIRST = 'DAYS_SINCE_FIRST',
  DISTINCT = 'DISTINCT',
}

registerEnumType(EventAggregate, {
  name: 'EventAggregate',
  description: 'What is made of the events that match, before it is compared.',
  valuesConfig: {
    COUNT: { description: 'How many there are.' },
    SUM: { description: 'The sum of a property.' },
    AVG: { description: 'The mean of a property.' },
    MIN: { description: 'The smallest value of a property.' },
    MAX: { description: 'The largest value of a property.' },
    DAYS_SINCE_LAST: { description: 'Calendar days since the newest.' },
    DAYS_SINCE_FIRST: { description: 'Calendar days since the oldest.' },
    DISTINCT: { description: 'How many different values a property has.' },
  },
});
