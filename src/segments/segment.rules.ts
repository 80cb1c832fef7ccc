import { AppError, badInput, notImplemented } from '../platform/errors.js';
import { leavesOf, type Rule } from '../rules/rule.js';
import { comparedIn } from '../rules/value-class.rules.js';
import type { RuleInput } from './rule.inputs.js';

/** How many segments a tenant may have. */
export const MOST_SEGMENTS = 1_000;
const LONGEST_NAME = 200;
const LONGEST_DESCRIPTION = 2_000;

/** A name as it was given, without space around it; BAD_USER_INPUT where it is empty or too long. */
export function readName(given: string): string {
  const name = given.trim();
  if (name.length === 0 || name.length > LONGEST_NAME)
    throw badInput('name', `must have 1 to ${LONGEST_NAME} characters`);
  return name;
}

/** A description as it was given; BAD_USER_INPUT where it is too long. */
export function readDescription(given: string | null | undefined): string | null {
  const text = given?.trim() ?? '';
  if (text.length > LONGEST_DESCRIPTION)
    throw badInput('description', `must have at most ${LONGEST_DESCRIPTION} characters`);
  return text === '' ? null : text;
}

/** The segments that a rule names itself. */
export function namedIn(rule: Rule): string[] {
  return [...new Set(leavesOf(rule).flatMap((leaf) => (leaf.kind === 'segment' ? [leaf.segment] : [])))];
}

/** NOT_IMPLEMENTED, with its place, for a clause about what profiles don't have yet. */
export function refuseUnbuilt(rule: Rule): void {
  const leaf = leavesOf(rule).find(({ kind }) => kind === 'tag' || kind === 'lifecycle' || kind === 'tier');
  if (leaf) throw notImplemented(leaf.place);
}

/** The CORE values that a rule compares traits and properties of events with: who compares them looks them up. */
export function lookedUpIn(rule: Rule): string[] {
  const compared = leavesOf(rule).flatMap(comparedIn);
  return compared.flatMap(({ value, sensitivity }) =>
    value !== null && sensitivity === 'CORE' ? [String(value)] : [],
  );
}

/** A rule as it was given, without what was left out of it. */
export function plainRule(rule: RuleInput): Record<string, unknown> {
  return JSON.parse(JSON.stringify(rule, (_, value: unknown) => (value === null ? undefined : value)));
}

/** CONFLICT where other segments' rules name one that is to be deleted. */
export function refuseDeletion(id: string, graph: ReadonlyMap<string, readonly string[]>): void {
  const users = [...graph].flatMap(([user, named]) => (named.includes(id) ? [user] : []));
  if (users.length > 0)
    throw new AppError('CONFLICT', 'id: the rules of other segments name this one; change those first.', {
      path: 'id',
      segments: users.slice(0, 10),
    });
}
