import type { LeafRule, Rule } from './rule.js';
import { definitionOf, leavesOf } from './rule.js';
import { type Series, seriesOf } from './series.rules.js';

/** The clauses of a rule, and of the segments and tags it names that have a rule, each of these once. */
export function leavesThrough(rule: Rule, segments: ReadonlyMap<string, Rule>): LeafRule[] {
  const named = new Set<string>();
  const leaves = leavesOf(rule);
  // the list grows while it is walked
  for (const leaf of leaves) {
    const definition = definitionOf(leaf);
    if (definition === undefined || named.has(definition)) continue;
    named.add(definition);
    const inner = segments.get(definition);
    if (inner) leaves.push(...leavesOf(inner));
  }
  return leaves;
}

/** Which events a subject must bring along. */
export interface EventReads {
  /** Series of days, by key. */
  readonly series: ReadonlyMap<string, Series>;
  /** Names of events that are read one by one. */
  readonly names: ReadonlySet<string>;
  /** Whether a stage or a tier is asked for: what these follow from is read besides. */
  readonly standing: boolean;
}

/** The names of the events that a clause reads one by one. */
function namesOf(leaf: LeafRule): string[] {
  if (leaf.kind === 'sequence') return leaf.steps.map(({ name }) => name);
  return leaf.kind === 'event' && !seriesOf(leaf) ? [leaf.name] : [];
}

/** What of a subject's events a rule reads, through the segments and tags it names. */
export function eventReadsOf(rule: Rule, segments: ReadonlyMap<string, Rule>): EventReads {
  const leaves = leavesThrough(rule, segments);
  const series = leaves.flatMap((leaf) => (leaf.kind === 'event' ? (seriesOf(leaf) ?? []) : []));
  return {
    series: new Map(series.map((one) => [one.key, one])),
    names: new Set(leaves.flatMap(namesOf)),
    standing: leaves.some(({ kind }) => kind === 'lifecycle' || kind === 'tier'),
  };
}
