import type { Channel } from '../channels/channel.js';
import type { ConsentFact, ConsentFacts } from './consent-fact.js';
import { lastByAccount } from './consent-fold.rules.js';
import { ConsentPurpose } from './consent-purpose.js';
import { comesAfter } from './last-words.rules.js';
import { majorityOf } from './minority.rules.js';
import { isProfiling, type LimitFacts, limitsIn } from './processing-limit.rules.js';

/** Whose consent is asked about: a profile in clear is one. */
export interface ConsentSubject {
  readonly consents: ConsentFacts;
  /** Of the golden record, as `2012-05-31`; null where it is unknown. */
  readonly traits: { readonly birthday: string | null };
  /** What their data must not be used for, whatever was consented to; nothing where absent. */
  readonly limits?: LimitFacts | undefined;
}

/** What is asked: a purpose; in one channel, or in any; by one partner, or by whoever has no grant of their own. */
export interface ConsentQuestion {
  readonly purpose: ConsentPurpose;
  readonly channel?: Channel | null;
  readonly partner?: string | null;
}

/** What the tenant has decided of consents. */
export interface ConsentSettings {
  readonly timeZone: string;
  /** Purposes that hold until somebody is asked about them. */
  readonly consentDefaults: Readonly<Partial<Record<ConsentPurpose, boolean>>>;
}

/** Whether a purpose is granted, and why. */
export interface ConsentState {
  readonly granted: boolean;
  /**
   * RESTRICTED: it may be kept and not used. OBJECTED: to being profiled. MINOR: only what a guardian says counts.
   * TOO_MANY: more was said than can be weighed.
   */
  readonly reason:
    | 'RESTRICTED'
    | 'OBJECTED'
    | 'SERVICE'
    | 'GRANTED'
    | 'WITHDRAWN'
    | 'EXPIRED'
    | 'UNASKED'
    | 'MINOR'
    | 'TOO_MANY';
  /** When a grant runs out by itself; null where it does not. */
  readonly until: Date | null;
  /** Of PARTNER_SHARING: the fields that may be shared; null where all of them. */
  readonly fields: readonly string[] | null;
}

/**
 * Whether a person's data may be used for a purpose at a moment. Of what was said of one account the last counts, and
 * over several accounts the strictest: a withdrawal on any of them holds. A grant that has run out is none. Before the
 * 14th birthday, from midnight of the tenant's time zone, only what a guardian granted counts (Personal Information
 * Protection Law, art. 31); what a child granted alone never does. Without a channel it is granted where it is in any.
 * SERVICE is granted, being what the customer ordered. A restriction withholds that too, and an objection whatever is
 * profiling, until they are lifted.
 */
export function consentState(
  subject: ConsentSubject,
  { purpose, channel = null, partner = null }: ConsentQuestion,
  at: Date,
  settings: ConsentSettings,
): ConsentState {
  const settled = settledState(subject, purpose);
  if (settled) return settled;
  const majority = majorityOf(subject.traits.birthday, settings.timeZone);
  const said = subject.consents.entries.filter((fact) => fact.purpose === purpose && concerns(fact, partner));
  const counting = said.filter((fact) => !fact.granted || fact.isGuarded || !majority || fact.at >= majority);
  const about = (one: Channel | null) => counting.filter((fact) => fact.channel === null || fact.channel === one);
  const channels = channel ? [channel] : [null, ...new Set(counting.flatMap((fact) => fact.channel ?? []))];
  const states = channels.flatMap((one) => strictest(about(one), at) ?? []);
  const isMinor = majority !== undefined && at < majority;
  const isByDefault =
    !isMinor && settings.consentDefaults[purpose] === true && purpose !== ConsentPurpose.PARTNER_SHARING;
  const unasked = channels.some((one) => about(one).length === 0);
  const [granted] = states.filter((state) => state.granted).sort(lastingLongest);
  if (granted) return granted;
  if (unasked && isByDefault) return answer(true, 'UNASKED');
  return states[0] ?? answer(false, isMinor ? 'MINOR' : 'UNASKED');
}

/** What holds whatever was said of the purpose; undefined where nothing does. */
function settledState({ consents, limits }: ConsentSubject, purpose: ConsentPurpose): ConsentState | undefined {
  const held = limitsIn(limits);
  if (held.has('RESTRICTION')) return answer(false, 'RESTRICTED');
  if (held.has('OBJECTION') && isProfiling(purpose)) return answer(false, 'OBJECTED');
  if (purpose === ConsentPurpose.SERVICE) return answer(true, 'SERVICE');
  return consents.leftOut ? answer(false, 'TOO_MANY') : undefined;
}

function answer(granted: boolean, reason: ConsentState['reason'], until: Date | null = null): ConsentState {
  return { granted, reason, until, fields: null };
}

function lastingLongest(a: ConsentState, b: ConsentState): number {
  return (b.until?.getTime() ?? Number.POSITIVE_INFINITY) > (a.until?.getTime() ?? Number.POSITIVE_INFINITY) ? 1 : -1;
}

function concerns({ grant }: ConsentFact, partner: string | null): boolean {
  return grant === null || grant.partner === partner;
}

/** What the accounts' last words come to; undefined where nothing was said. */
function strictest(facts: readonly ConsentFact[], at: Date): ConsentState | undefined {
  const last = lastByAccount(facts);
  const words = [...last.values()];
  if (words.length === 0) return undefined;
  if (words.some(({ granted }) => !granted)) return answer(false, 'WITHDRAWN');
  // of a grant that was said of several accounts, only the anchor's word is its own
  const own = [...last].flatMap(([accountId, fact]) => (fact.anchorId === accountId ? [fact] : []));
  const holding = own.filter((fact) => endOf(fact) > at.getTime());
  if (holding.length === 0) return answer(false, 'EXPIRED');
  const end = Math.max(...holding.map(endOf));
  return { ...answer(true, 'GRANTED', Number.isFinite(end) ? new Date(end) : null), fields: sharedFields(holding) };
}

function endOf({ expiresAt, grant }: ConsentFact): number {
  const ends = [expiresAt, grant?.until ?? null].map((end) => end?.getTime() ?? Number.POSITIVE_INFINITY);
  return Math.min(...ends);
}

/** The fields that all grants agree on; null where none of them names any. */
function sharedFields(facts: readonly ConsentFact[]): readonly string[] | null {
  const lists = facts.flatMap(({ grant }) => (grant?.fields ? [grant.fields] : []));
  const [first, ...others] = lists;
  return first ? first.filter((field) => others.every((other) => other.includes(field))) : null;
}

/**
 * What was last said of each matter, by purpose, channel and partner: over several accounts the newest withdrawal, and
 * the newest grant only where nobody has withdrawn.
 */
export function saidTo({ entries }: ConsentFacts): ConsentFact[] {
  const order = Object.values(ConsentPurpose);
  const newestFirst = [...entries].sort((a, b) => (comesAfter(a, b) ? -1 : 1));
  const matters = new Map<string, ConsentFact>();
  for (const fact of newestFirst) {
    const matter = JSON.stringify([order.indexOf(fact.purpose), fact.channel, fact.grant?.partner ?? null]);
    const known = matters.get(matter);
    if (!known || (known.granted && !fact.granted)) matters.set(matter, fact);
  }
  return [...matters].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, fact]) => fact);
}
