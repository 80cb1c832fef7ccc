import type { Channel } from '../channels/channel.js';
import type { LifecycleStage } from '../lifecycle/lifecycle-stage.js';
import type { ConsentPurpose } from '../privacy/consent-purpose.js';
import type { EventAggregate, NumericOperator, Operator } from '../segments/rule-operator.js';
import { tagIdOf } from '../tags/tag-id.rules.js';
import type { ValueKind } from './value-kind.js';

/** What a value is compared with, normalised: an instant in milliseconds, a day as `1990-01-31`, a list sorted and without repetition. */
export type Comparand = string | number | boolean | null | readonly (string | number)[];

/** One comparison of a trait or of an event's property, checked. */
export interface Comparison {
  /** Where it stands in the rule, as `rule.all[1].trait`. */
  readonly place: string;
  readonly path: string;
  readonly kind: ValueKind;
  readonly op: Operator;
  readonly value: Comparand;
}

/** A comparison of what is made of events, checked, with all defaults filled in. */
export interface EventClause {
  readonly kind: 'event';
  readonly place: string;
  readonly name: string;
  readonly withinDays: number | null;
  readonly where: readonly Comparison[];
  readonly aggregate: EventAggregate;
  readonly property: { readonly path: string; readonly kind: ValueKind } | null;
  readonly op: NumericOperator;
  readonly value: number;
}

/** A chain of events, checked. */
export interface SequenceClause {
  readonly kind: 'sequence';
  readonly place: string;
  readonly steps: readonly { readonly name: string; readonly where: readonly Comparison[] }[];
  readonly withinDays: number;
}

/** One clause that holds or not by itself. */
export type LeafRule =
  | { readonly kind: 'trait'; readonly place: string; readonly comparison: Comparison }
  | EventClause
  | SequenceClause
  | { readonly kind: 'tag'; readonly place: string; readonly tag: string }
  | { readonly kind: 'segment'; readonly place: string; readonly segment: string }
  | { readonly kind: 'lifecycle'; readonly place: string; readonly stages: readonly LifecycleStage[] }
  | { readonly kind: 'tier'; readonly place: string; readonly tiers: readonly string[] }
  | { readonly kind: 'channel'; readonly place: string; readonly channel: Channel }
  | { readonly kind: 'consent'; readonly place: string; readonly purpose: ConsentPurpose; readonly granted: boolean };

/** A rule that was read and checked: what predicates, filters and the rule index are made of. */
export type Rule =
  | { readonly kind: 'all'; readonly place: string; readonly rules: readonly Rule[] }
  | { readonly kind: 'any'; readonly place: string; readonly rules: readonly Rule[] }
  | { readonly kind: 'not'; readonly place: string; readonly rule: Rule }
  | LeafRule;

/** The id of the definition whose rule, where it has one, a clause stands for: of a segment or a tag; undefined for other clauses. */
export function definitionOf(leaf: LeafRule): string | undefined {
  if (leaf.kind === 'segment') return leaf.segment;
  return leaf.kind === 'tag' ? tagIdOf(leaf.tag) : undefined;
}

/** The clauses of a rule that are no and, or, not: in the order they stand. */
export function leavesOf(rule: Rule): LeafRule[] {
  if (rule.kind === 'all' || rule.kind === 'any') return rule.rules.flatMap(leavesOf);
  return rule.kind === 'not' ? leavesOf(rule.rule) : [rule];
}
