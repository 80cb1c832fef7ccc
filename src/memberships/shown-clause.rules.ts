import { propertyProtection } from '../channels/personal-names.js';
import { isOrderValue } from '../events/order-values.js';
import type { ExplainedClause } from '../rules/compile-rule.rules.js';
import type { EventClause, LeafRule } from '../rules/rule.js';

/** What a caller may be shown of an explanation. */
export interface ClauseReader {
  /** A trait as the caller sees it on the profile. */
  traitOf(path: string): unknown;
  /** Whether values compared with may be shown: also those of class CORE. */
  readonly seesCompared: boolean;
  readonly seesImportant: boolean;
}

/** An explanation as a caller may see it: values of traits as on the profile, sums of what they may not read left out. */
export function shownClause(clause: ExplainedClause, reader: ClauseReader): Record<string, unknown> {
  const { kind, place, holds, asked, clauses } = clause;
  if (clauses) return { kind, place, holds, clauses: clauses.map((inner) => shownClause(inner, reader)) };
  return {
    kind,
    place,
    holds,
    ...(reader.seesCompared && { asked }),
    observed: observedBy(clause, reader),
  };
}

function observedBy({ kind, asked, observed }: ExplainedClause, reader: ClauseReader): unknown {
  if (kind === 'trait')
    return reader.traitOf((asked as Pick<Extract<LeafRule, { kind: 'trait' }>, 'comparison'>).comparison.path);
  if (kind !== 'event' || reader.seesImportant) return observed;
  const { property } = asked as unknown as Pick<EventClause, 'property'>;
  return property && isProtected(property.path) ? null : observed;
}

function isProtected(path: string): boolean {
  return path.split('.').some((name) => isOrderValue(name) || propertyProtection(name, null) !== undefined);
}
