import type { ExplainedClause } from '../rules/compile-rule.rules.js';
import type { LeafRule } from '../rules/rule.js';
import type { ClassAccess } from '../rules/rule-catalogue.js';
import { isClauseOpen } from '../rules/value-class.rules.js';

/** What a caller may be shown of an explanation. */
export interface ClauseReader {
  /** A trait as the caller sees it on the profile. */
  traitOf(path: string): unknown;
  /** What they may compare: how any other clause comes out would tell of what they may not read. */
  readonly comparable: ClassAccess;
}

/**
 * An explanation as a caller may see it: values of traits as on the profile; of a clause that compares what they may
 * not know its kind and place alone, with `holds` null, as for whatever is made of it. How the whole comes out is told: it
 * is what membership is.
 */
export function shownClause(explained: ExplainedClause, reader: ClauseReader): Record<string, unknown> {
  return { ...shown(explained, reader), holds: explained.holds };
}

function shown(clause: ExplainedClause, reader: ClauseReader): Record<string, unknown> {
  const { kind, place, holds, asked, clauses } = clause;
  if (clauses) {
    const inner = clauses.map((one) => shown(one, reader));
    return { kind, place, holds: inner.some((one) => one.holds === null) ? null : holds, clauses: inner };
  }
  const leaf = { kind, place, ...asked } as LeafRule;
  if (!isClauseOpen(leaf, reader.comparable)) return { kind, place, holds: null, observed: null };
  const observed = leaf.kind === 'trait' ? reader.traitOf(leaf.comparison.path) : clause.observed;
  return { kind, place, holds, asked, observed };
}
