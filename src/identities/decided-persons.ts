import { bucketOf, identifierRulesOf } from '../channels/identifier-limits.rules.js';
import type { TenantContext } from '../platform/context.js';
import { countedValue, type DecidedPersons } from '../profiles/undecided.rules.js';
import type { Decided } from './component.service.js';

/** Who is one person by a decision, and which values it counted. */
export function decidedPersonsOf({ settings }: TenantContext, { component, decision }: Decided): DecidedPersons {
  const rules = identifierRulesOf(settings.identifierRules);
  const personOf = new Map(decision.persons.flatMap((person) => person.map((id) => [id, person] as const)));
  const counted = new Set(
    component.accounts.flatMap(({ held, stored = [] }) =>
      [...held, ...stored].map(({ key, type, from }) => countedValue(key, bucketOf(rules[type].per, from))),
    ),
  );
  return {
    cover: ([first = '', ...others], values) => {
      const person = personOf.get(first);
      const areOne = person !== undefined && others.every((id) => personOf.get(id) === person);
      return areOne && values.every((value) => counted.has(value));
    },
  };
}
