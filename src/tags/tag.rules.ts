import { AppError, badInput } from '../platform/errors.js';
import { holdsPersonalData } from '../platform/personal-data.rules.js';
import { TagKind } from './tag-kind.js';

/** How many tags a tenant may have. */
export const MOST_TAGS = 1_000;
/** How many profiles one call may put a tag on, or take it off. */
export const MOST_TAGGED = 10_000;
const LONGEST_KEY = 64;
const LONGEST_NAME = 200;
const LONGEST_SOURCE = 100;
const LONGEST_TTL_DAYS = 3_650;
const KEY = /^[\p{L}\p{N}][\p{L}\p{M}\p{N} _.:-]*$/u;

/**
 * The key of a tag as it was given, without space around it: letters, digits, spaces and `_.:-`, 1 to 64, that begins with
 * a letter or digit and tells of nobody. BAD_USER_INPUT where it is none.
 */
export function readKey(given: string): string {
  const key = given.trim().normalize('NFC');
  if (key.length > LONGEST_KEY || !KEY.test(key))
    throw badInput(
      'key',
      `must have 1 to ${LONGEST_KEY} letters, digits, spaces or _.:- and begin with a letter or digit`,
    );
  if (holdsPersonalData(key)) throw badInput('key', 'looks like personal data');
  return key;
}

/** A name for people, or a category; BAD_USER_INPUT where it is empty or too long. */
export function readLabel(given: string, path: 'name' | 'category'): string {
  const label = given.trim();
  if (label.length === 0 || label.length > LONGEST_NAME)
    throw badInput(path, `must have 1 to ${LONGEST_NAME} characters`);
  return label;
}

/** Days that assignments last; BAD_USER_INPUT where they are none, or given for a tag that stands by a rule. */
export function readTtlDays(given: number | null, kind: TagKind): number | null {
  if (given === null) return null;
  if (kind === TagKind.RULE)
    throw badInput('ttlDays', 'is for tags without a rule: a RULE tag stands while its rule holds');
  if (!Number.isInteger(given) || given < 1 || given > LONGEST_TTL_DAYS)
    throw badInput('ttlDays', `must be a whole number of days, 1 to ${LONGEST_TTL_DAYS}`);
  return given;
}

/** What made an assignment, as `churn-model v3`; BAD_USER_INPUT where it is empty, too long or tells of somebody. */
export function readSource(given: string): string {
  const source = given.trim();
  if (source.length === 0 || source.length > LONGEST_SOURCE)
    throw badInput('source', `must have 1 to ${LONGEST_SOURCE} characters`);
  if (holdsPersonalData(source)) throw badInput('source', 'looks like personal data');
  return source;
}

/** How sure a model is; BAD_USER_INPUT where it is no number above 0, up to 1. */
export function readConfidence(given: number, path: string): number {
  if (!(given > 0 && given <= 1)) throw badInput(path, 'must be above 0, and at most 1');
  return given;
}

/** BAD_USER_INPUT where a call names too many profiles. */
export function refuseTooMany(count: number, path: string): void {
  if (count > MOST_TAGGED) throw badInput(path, `may name at most ${MOST_TAGGED}`);
}

/** CONFLICT where a tag's kind would change: what it was put on by hand, and what a rule says, are not to be mixed. */
export function refuseOtherKind(before: TagKind, wanted: TagKind): void {
  if (before === wanted) return;
  throw new AppError(
    'CONFLICT',
    `key: names a tag that is ${before}; its kind can't become ${wanted}. Delete it first.`,
    {
      path: 'key',
    },
  );
}

/** BAD_USER_INPUT where a tag is not put on people in this way. */
export function refuseAssigning(kind: TagKind, wanted: TagKind): void {
  if (kind === wanted) return;
  const why = {
    [TagKind.RULE]: 'it stands wherever its rule holds',
    [TagKind.MODEL]: 'models put it on profiles, by assignModelTag',
    [TagKind.MANUAL]: 'people put it on profiles, by assignTag',
  };
  throw badInput('key', `names a tag that is ${kind}: ${why[kind]}`);
}
