import { MILLISECONDS_PER_DAY } from '../platform/dates.rules.js';
import { IdentifierType } from './identifier-type.js';

/** Over which time values of a type are counted: all of it, or each calendar week by the time a value was first seen. */
export type LimitWindow = 'EVER' | 'WEEK';

/** What a tenant decides of one type of identifier. */
export interface IdentifierRule {
  /** 0 to 100: where not all links can hold, those of the higher rank do. */
  readonly rank: number;
  /** How many values of one scope a person may have; null for any number. */
  readonly most: number | null;
  readonly per: LimitWindow;
}

export type IdentifierRules = Readonly<Record<IdentifierType, IdentifierRule>>;

/** What holds where a tenant has decided nothing. */
export const DEFAULT_IDENTIFIER_RULES: IdentifierRules = Object.freeze({
  [IdentifierType.UNION_ID]: { rank: 90, most: 1, per: 'EVER' },
  [IdentifierType.USER_ID]: { rank: 85, most: 1, per: 'EVER' },
  [IdentifierType.MEMBER_NO]: { rank: 80, most: 1, per: 'EVER' },
  [IdentifierType.EXTERNAL_USER_ID]: { rank: 75, most: null, per: 'EVER' },
  [IdentifierType.OPEN_ID]: { rank: 70, most: null, per: 'EVER' },
  [IdentifierType.PHONE]: { rank: 60, most: 5, per: 'EVER' },
  [IdentifierType.EMAIL]: { rank: 50, most: 5, per: 'EVER' },
  [IdentifierType.CUSTOM]: { rank: 40, most: null, per: 'EVER' },
  [IdentifierType.DEVICE_ID]: { rank: 30, most: 5, per: 'WEEK' },
  [IdentifierType.ANONYMOUS_ID]: { rank: 20, most: 5, per: 'WEEK' },
});

/** 1 January 1970 was a Thursday: three days later the week begins on a Monday. */
const DAYS_TO_MONDAY = 3;

/** The rules of a tenant: its own keys replace the defaults', type by type and key by key. */
export function identifierRulesOf(chosen: Readonly<Record<string, Partial<IdentifierRule>>>): IdentifierRules {
  const entries = Object.entries(DEFAULT_IDENTIFIER_RULES).map(([type, rule]) => [type, { ...rule, ...chosen[type] }]);
  return Object.fromEntries(entries) as IdentifierRules;
}

/** The bucket in which a value first seen at a time counts: the ISO week in UTC, or the one bucket there is. */
export function bucketOf(per: LimitWindow, firstSeen: Date): number {
  if (per === 'EVER') return 0;
  return Math.floor((firstSeen.getTime() / MILLISECONDS_PER_DAY + DAYS_TO_MONDAY) / 7);
}
