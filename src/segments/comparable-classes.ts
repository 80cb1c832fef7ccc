import type { RequestContext } from '../platform/context.js';
import { leavesOf } from '../rules/rule.js';
import type { ClassAccess } from '../rules/rule-catalogue.js';
import { isClauseOpen } from '../rules/value-class.rules.js';
import type { SegmentRule } from './segment.store.js';

/**
 * What a caller may compare, and be told the outcome of: who sees masks alone whole CORE values where they may look them
 * up, and no IMPORTANT ones.
 */
export function comparableBy({ access }: Pick<RequestContext, 'access'>): ClassAccess {
  const core = access.may('profiles:lookup') ? 'WHOLE' : 'CLOSED';
  return {
    ...(access.unseen.has('CORE') && { CORE: core }),
    ...(access.unseen.has('IMPORTANT') && { IMPORTANT: 'CLOSED' }),
  };
}

/** A rule as it was given; null where there is none, or it compares what this caller may not. */
export function shownRule(
  ctx: Pick<RequestContext, 'access'>,
  rule: SegmentRule | null,
): Record<string, unknown> | null {
  const comparable = comparableBy(ctx);
  return rule && leavesOf(rule.read).every((leaf) => isClauseOpen(leaf, comparable)) ? { ...rule.input } : null;
}
