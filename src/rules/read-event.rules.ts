import { badInput } from '../platform/errors.js';
import { EventAggregate, NumericOperator } from '../segments/rule-operator.js';
import { findProperty, readEnum, readPropertyComparison, refuseClosed, unknownName } from './read-comparison.rules.js';
import { readWindow } from './read-value.rules.js';
import type { Comparison, EventClause, SequenceClause } from './rule.js';
import type { RuleCatalogue } from './rule-catalogue.js';
import { STANDARD_EVENTS } from './standard-events.js';

const MOST_CONDITIONS = 20;
const MOST_STEPS = 10;
const { COUNT, DAYS_SINCE_LAST, DAYS_SINCE_FIRST, DISTINCT } = EventAggregate;
const WITHOUT_PROPERTY: readonly EventAggregate[] = [COUNT, DAYS_SINCE_LAST, DAYS_SINCE_FIRST];

type Fields = Readonly<Record<string, unknown>>;

function readName(name: unknown, place: string, { events }: RuleCatalogue): string {
  if (typeof name === 'string' && (events.has(name) || STANDARD_EVENTS.has(name))) return name;
  throw unknownName(place, 'event', name, [...events.keys(), ...STANDARD_EVENTS.keys()]);
}

function readWhere(where: unknown, place: string, event: string, catalogue: RuleCatalogue): Comparison[] {
  if (where === undefined || where === null) return [];
  if (!Array.isArray(where) || where.length > MOST_CONDITIONS)
    throw badInput(place, `must be a list of at most ${MOST_CONDITIONS} conditions`);
  return where.map((one, at) => readPropertyComparison(one, `${place}[${at}]`, event, catalogue));
}

function readProperty(
  path: unknown,
  aggregate: EventAggregate,
  place: string,
  event: string,
  catalogue: RuleCatalogue,
): EventClause['property'] {
  if (WITHOUT_PROPERTY.includes(aggregate)) {
    if (path === undefined || path === null) return null;
    throw badInput(place, `must be absent: ${aggregate} is made of events, not of a property`);
  }
  if (typeof path !== 'string') throw badInput(place, `must name the property that ${aggregate} is made of`);
  const found = findProperty(event, catalogue)(path, place);
  refuseClosed(found, undefined, place, catalogue, false);
  if (aggregate === DISTINCT && found.kind === 'texts') throw badInput(place, 'DISTINCT is not made of lists');
  if (aggregate !== DISTINCT && found.kind !== 'number')
    throw badInput(place, `${aggregate} is made of numbers, and this property is of kind ${found.kind}`);
  return { path: found.path, kind: found.kind };
}

/** An event clause with all defaults filled in: at least one event, of all time. */
export function readEventClause(input: unknown, place: string, catalogue: RuleCatalogue): EventClause {
  const given = input as Fields;
  const name = readName(given.name, `${place}.name`, catalogue);
  const { withinDays = null, value = 1 } = given;
  const aggregate = readEnum(
    given.aggregate ?? COUNT,
    Object.values(EventAggregate),
    `${place}.aggregate`,
    'aggregate',
  );
  if (typeof value !== 'number' || !Number.isFinite(value)) throw badInput(`${place}.value`, 'must be a number');
  return {
    kind: 'event',
    place,
    name,
    withinDays: withinDays === null ? null : readWindow(withinDays, `${place}.withinDays`),
    where: readWhere(given.where, `${place}.where`, name, catalogue),
    aggregate,
    property: readProperty(given.property, aggregate, `${place}.property`, name, catalogue),
    op: readEnum(given.op ?? NumericOperator.GTE, Object.values(NumericOperator), `${place}.op`, 'operator'),
    value,
  };
}

/** A chain of 1 to 10 steps. */
export function readSequence(input: unknown, place: string, catalogue: RuleCatalogue): SequenceClause {
  const { steps, withinDays } = input as Fields;
  if (!Array.isArray(steps) || steps.length === 0 || steps.length > MOST_STEPS)
    throw badInput(`${place}.steps`, `must be a list of 1 to ${MOST_STEPS} steps`);
  const read = steps.map((step: Fields, at) => {
    const here = `${place}.steps[${at}]`;
    const name = readName(step?.name, `${here}.name`, catalogue);
    return { name, where: readWhere(step.where, `${here}.where`, name, catalogue) };
  });
  return { kind: 'sequence', place, steps: read, withinDays: readWindow(withinDays, `${place}.withinDays`) };
}
