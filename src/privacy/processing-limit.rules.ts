import { ConsentPurpose } from './consent-purpose.js';
import { joinLastWords, type LastWords, lastWords, type Word } from './last-words.rules.js';

/** What a person may demand that their data be not used for: anything at all, or profiling. */
export const LIMIT_KINDS = ['RESTRICTION', 'OBJECTION'] as const;

export type LimitKind = (typeof LIMIT_KINDS)[number];

/** That the use of what is known by some accounts was limited, or no longer is: it stays with each of them. */
export interface LimitFact extends Word {
  readonly kind: LimitKind;
  /** Whether the limit was lifted. */
  readonly granted: boolean;
}

/** The last word on each limit of each account. */
export type LimitFacts = LastWords<LimitFact>;

/** Nothing is limited. */
export const NO_LIMITS: LimitFacts = Object.freeze({ entries: Object.freeze([]), leftOut: false });

const NONE: ReadonlySet<LimitKind> = new Set();

/** Purposes that come to judging a person by their data (Regulation (EU) 2016/679, art. 4 (4)). */
const PROFILING: ReadonlySet<string> = new Set([ConsentPurpose.ANALYTICS, ConsentPurpose.PERSONALISATION]);

/** Whether a purpose is profiling. */
export function isProfiling(purpose: ConsentPurpose): boolean {
  return PROFILING.has(purpose);
}

function kindOf({ kind }: LimitFact): string {
  return kind;
}

/** What several profiles or accounts know of limits as one; any order and grouping, repeated or not, gives the same. */
export function joinLimits(parts: readonly LimitFacts[]): LimitFacts {
  return joinLastWords(parts, kindOf) ?? NO_LIMITS;
}

/** The last words among facts in any order; `leftOut` where it is known that there were more. */
export function lastLimits(facts: readonly LimitFact[], leftOut = false): LimitFacts {
  return lastWords(facts, kindOf, leftOut);
}

/** What of some facts binds a person with these accounts. */
export function limitsBinding(facts: readonly LimitFact[], isOwn: (accountId: string) => boolean): LimitFact[] {
  return facts.flatMap((fact) => {
    const accountIds = fact.accountIds.filter(isOwn);
    return accountIds.length > 0 ? [{ ...fact, accountIds }] : [];
  });
}

/**
 * The limits that hold for a person: of one account the last word counts, and over several the strictest. Where more was
 * said than can be weighed, all hold.
 */
export function limitsIn(facts: LimitFacts | undefined): ReadonlySet<LimitKind> {
  if (!facts) return NONE;
  if (facts.leftOut) return new Set(LIMIT_KINDS);
  return facts.entries.length === 0 ? NONE : new Set(facts.entries.flatMap((one) => (one.granted ? [] : [one.kind])));
}
