import { AppError, badInput } from '../platform/errors.js';
import { definitionOf, leavesOf, type Rule } from '../rules/rule.js';
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

/** The segments and tags that a rule names itself, by id. */
export function namedIn(rule: Rule): string[] {
  return [...new Set(leavesOf(rule).flatMap((leaf) => definitionOf(leaf) ?? []))];
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

/** CONFLICT where rules of segments or tags name one that is to be deleted; `path` is the argument that names it. */
export function refuseDeletion(id: string, graph: ReadonlyMap<string, readonly string[]>, path = 'id'): void {
  const users = [...graph].flatMap(([user, named]) => (named.includes(id) ? [user] : []));
  if (users.length > 0)
    throw new AppError('CONFLICT', `${path}: the rules of other segments or tags name this one; change those first.`, {
      path,
      segments: users.slice(0, 10),
    });
}
