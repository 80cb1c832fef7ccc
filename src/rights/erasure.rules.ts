import { canonicalForm } from '../audit/canonical-form.rules.js';

/** Documents by their collection. */
export type Counts = Readonly<Record<string, number>>;

/** Where an erasure has come to: what is before it in this order is done. */
export interface ErasurePlace {
  readonly stage: 'FREEZING' | 'SWEEPING' | 'ERASING' | 'SETTLING';
  /** The profile: the id of its tombstone. */
  readonly root: string;
  /** The version above all that were shown of it. */
  readonly version: number;
  /** The slot behind which accounts are left; null before the first. */
  readonly after: string | null;
  /** Who is to be looked at again once the accounts behind that slot are erased; absent where an earlier version stored it. */
  readonly others?: readonly string[];
  /** What there was before anything was erased. */
  readonly counts: Counts;
  /** How many accounts. */
  readonly accounts: number;
  readonly done: number;
}

/** Ends the name of what could not be opened, so that nobody can tell whether it mentions the person. */
export const UNREADABLE = '_unreadable';

/** Adds counts up. */
export function plusCounts(a: Counts, b: Counts): Counts {
  const sum: Record<string, number> = { ...a };
  for (const [name, count] of Object.entries(b)) sum[name] = (sum[name] ?? 0) + count;
  return sum;
}

/** Counts of what could be opened. */
export function withoutUnreadable(counts: Counts): Counts {
  return Object.fromEntries(named(counts, false));
}

/** Counts of what there is. */
export function onlyFound(counts: Counts): Counts {
  const found = Object.entries(counts).filter(([, count]) => count > 0);
  return Object.fromEntries(found.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** The share that is done, 0 to 1: accounts are gone through twice. */
export function shareDone({ stage, accounts, done }: ErasurePlace): number {
  const passes = stage === 'SETTLING' ? accounts + done : stage === 'ERASING' ? done : 0;
  return accounts === 0 ? 0 : Math.min(1, passes / (2 * accounts));
}

/** What a certificate says: ids, times and counts, and nothing else of the person. */
export interface CertifiedErasure {
  readonly tenant: string;
  readonly request: string;
  readonly profile: string;
  readonly requestedAt: Date;
  readonly erasedAt: Date;
  readonly counts: Counts;
}

/** The text that a certificate signs: the canonical form of JSON (RFC 8785). */
export function textOfCertificate({ requestedAt, erasedAt, counts, ...said }: CertifiedErasure): string {
  return canonicalForm({
    certificate: 'erasure',
    ...said,
    requestedAt: requestedAt.toISOString(),
    erasedAt: erasedAt.toISOString(),
    erased: Object.fromEntries(named(counts, false)),
    unreadable: Object.fromEntries(named(counts, true)),
    remaining: {},
  });
}

function named(counts: Counts, isUnreadable: boolean): [string, number][] {
  return Object.entries(counts).filter(([name]) => name.endsWith(UNREADABLE) === isUnreadable);
}
