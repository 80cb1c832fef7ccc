import { STANDARD_TRAIT_NAMES } from '../channels/trait-catalogue.js';
import { badInput } from '../platform/errors.js';
import type { PrivacyRequestKind } from './privacy-request.entity.js';

/** A month, as in Regulation (EU) 2016/679, art. 12 (3); GB/T 35273-2020, 8.7 says 30 days. */
const DAYS_TO_MEET = 30;
const MOST_CORRECTIONS = 50;
const TRAIT_NAME = /^[^.$\s][^.$]{0,127}$/;

/** When a demand must have been met. */
export function dueAt(createdAt: Date): Date {
  return new Date(createdAt.getTime() + DAYS_TO_MEET * 86_400_000);
}

/** What is to be put right, by trait; BAD_USER_INPUT where a RECTIFICATION names nothing, or another kind something. */
export function readCorrections(
  kind: `${PrivacyRequestKind}`,
  corrections: Readonly<Record<string, unknown>> | null,
): Readonly<Record<string, unknown>> | null {
  const names = Object.keys(corrections ?? {});
  if (kind !== 'RECTIFICATION') {
    if (corrections) throw badInput('corrections', 'is of RECTIFICATION alone');
    return null;
  }
  if (names.length < 1 || names.length > MOST_CORRECTIONS)
    throw badInput(
      'corrections',
      `must name 1 to ${MOST_CORRECTIONS} traits, as ${STANDARD_TRAIT_NAMES[0]}, and their values`,
    );
  const strange = names.find((name) => !TRAIT_NAME.test(name));
  if (strange !== undefined) throw badInput('corrections', 'holds what is no name of a trait');
  return corrections;
}

/** Whether a demand ends an earlier one; BAD_USER_INPUT where it is of a kind that can't be ended. */
export function readLift(kind: `${PrivacyRequestKind}`, lift: boolean): boolean {
  if (lift && kind !== 'RESTRICTION' && kind !== 'OBJECTION')
    throw badInput('lift', 'is of RESTRICTION and OBJECTION alone');
  return lift;
}
