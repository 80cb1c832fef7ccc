import type { AccountRecord } from '../channels/account.rules.js';
import type { Identifier } from '../channels/identifier.entity.js';
import type { RecentEvent } from '../events/recent-event.js';
import { NO_CONSENTS } from '../privacy/consent-fact.js';
import { NO_LIMITS } from '../privacy/processing-limit.rules.js';
import { type AnchoredFacts, joinFacts } from './anchored-facts.rules.js';
import { type FoldSettings, foldAccounts } from './fold.rules.js';
import type { ProfileState } from './profile-state.js';
import { fitProfile } from './size.rules.js';
import {
  type AccountSnapshotRecord,
  boundSnapshots,
  mergeIdentifiers,
  newestEvents,
  snapshotOf,
} from './snapshot.rules.js';

/** How many of the ids that lead to it a profile names. */
export const MOST_MERGED_IDS = 200;

/** What a profile takes in at once. */
export interface Growth {
  readonly id: string;
  readonly now: Date;
  /** Whole records of accounts: those just observed, and those the profile holds in part. */
  readonly accounts: readonly AccountRecord[];
  /** Accounts of the above that the profile takes in or renews; the others only complete its partial copies. */
  readonly observed: ReadonlySet<string>;
  /** Profiles that become part of it. */
  readonly absorbed: readonly ProfileState[];
  readonly events: readonly RecentEvent[];
  readonly facts: AnchoredFacts;
  /** Blinded identifiers that link nobody, though accounts hold them. */
  readonly unlinked?: ReadonlySet<string>;
  /** Those that link, whatever was decided of them before. */
  readonly linked?: ReadonlySet<string>;
  /** Whether it has finished the merges it began before, or they are among `absorbed`; true where absent. */
  readonly isFinishing?: boolean;
  /** Where what it took in before may have been parted since: it must be derived anew. */
  readonly parting?: readonly string[];
  /** Where a person chose the survivor: it must come before those it absorbs. */
  readonly seniority?: number;
}

function earliest(dates: readonly Date[]): Date {
  return new Date(Math.min(...dates.map((date) => date.getTime())));
}

function latest(dates: readonly Date[]): Date {
  return new Date(Math.max(...dates.map((date) => date.getTime())));
}

/**
 * The identifiers of an account that its profile may show. Of an account that is read only to complete a copy, another
 * writer may have brought in more: what the profile does not show yet waits for that writer, since ingestion takes what
 * a profile shows for linked. A profile that shows not all it has tells nothing of that.
 */
function shownIdentifiers(parts: readonly ProfileState[], growth: Growth) {
  const isWhole = parts.every(({ truncated }) => !truncated);
  const shown = new Set(parts.flatMap(({ identifiers }) => identifiers.map(({ key }) => key)));
  const completed = new Set(growth.accounts.flatMap(({ id }) => (growth.observed.has(id) ? [] : [id])));
  return ({ id, identifiers }: AccountRecord) =>
    isWhole && completed.has(id) ? identifiers.filter(({ key }) => shown.has(key)) : identifiers;
}

/** Says of an identifier that it links nobody, where that was decided now or before. */
function unlinking(parts: readonly ProfileState[], growth: Growth) {
  const before = parts.flatMap(({ identifiers }) => identifiers.filter(({ linking }) => !linking));
  const still = before.map(({ key }) => key).filter((key) => !growth.linked?.has(key));
  const unlinked = new Set([...still, ...(growth.unlinked ?? [])]);
  return (held: Identifier): Identifier => (unlinked.has(held.key) ? { ...held, linking: false } : held);
}

function snapshotsAfter(parts: readonly ProfileState[], growth: Growth): Map<string, AccountSnapshotRecord> {
  const snapshots = new Map(parts.flatMap(({ accounts }) => accounts).map((snapshot) => [snapshot.id, snapshot]));
  for (const account of growth.accounts)
    if (growth.observed.has(account.id)) snapshots.set(account.id, snapshotOf(account));
  return snapshots;
}

/** The profiles that it has taken in and that may not lead to it yet. */
function absorbingAfter(parts: readonly ProfileState[], { id, absorbed, isFinishing = true }: Growth): string[] {
  const begun = isFinishing ? [] : parts.flatMap(({ absorbing }) => absorbing);
  return [...new Set([...begun, ...absorbed.map((one) => one.id)])].filter((one) => one !== id);
}

/**
 * A profile after it took something in: new states of accounts, events, other profiles, manual traits. The same
 * things taken in in any order, at once or one by one, or repeated, give the same golden record and the same lists:
 * traits and identifiers are those of the 64 accounts seen last, whatever it held before.
 */
export function growProfile(before: ProfileState | undefined, growth: Growth, settings: FoldSettings): ProfileState {
  const parts = [...(before ? [before] : []), ...growth.absorbed];
  const observed = growth.accounts.filter(({ id }) => growth.observed.has(id));
  const snapshots = boundSnapshots(snapshotsAfter(parts, growth).values());
  const whole = new Map(growth.accounts.map((account) => [account.id, account]));
  const accounts = snapshots.kept.map((snapshot) => whole.get(snapshot.id) ?? snapshot);
  const identifiers = mergeIdentifiers(accounts.map(shownIdentifiers(parts, growth)));
  const facts = joinFacts([...parts, growth.facts]);
  const folded = foldAccounts(accounts, facts.manualTraits, settings);
  const accountsLeftOut = snapshots.truncated || parts.some((part) => part.accountsLeftOut);
  const spans = [...parts, ...observed];
  const absorbedIds = growth.absorbed.map(({ id }) => id);
  return fitProfile({
    id: growth.id,
    version: Math.max(0, ...parts.map((part) => part.version)) + 1,
    traits: folded.traits,
    provenance: folded.provenance,
    quality: folded.quality,
    identifiers: identifiers.kept.map(unlinking(parts, growth)),
    truncated: folded.truncated || identifiers.truncated || accountsLeftOut,
    accountsLeftOut,
    mergedIds: [...new Set([...parts.flatMap((part) => part.mergedIds), ...absorbedIds])].slice(0, MOST_MERGED_IDS),
    createdAt: earliest([growth.now, ...parts.map((part) => part.createdAt)]),
    updatedAt: growth.now,
    firstSeenAt: earliest(spans.map((span) => span.firstSeenAt)),
    lastSeenAt: latest(spans.map((span) => span.lastSeenAt)),
    accounts: snapshots.kept,
    recentEvents: newestEvents([...parts.map((part) => part.recentEvents), growth.events]),
    ...facts,
    absorbing: absorbingAfter(parts, growth),
    parting: [...new Set([...parts.flatMap((part) => part.parting), ...(growth.parting ?? [])])],
    parted: parts.some((part) => part.parted),
    seniority: growth.seniority ?? before?.seniority ?? growth.now.getTime(),
  });
}

function keysOf(state: ProfileState | undefined): Record<'identifiers' | 'accounts', string> {
  return {
    identifiers: (state?.identifiers ?? [])
      .map(({ key }) => key)
      .sort()
      .join(),
    accounts: (state?.accounts ?? [])
      .map(({ id }) => id)
      .sort()
      .join(),
  };
}

/** What differs between two states of a profile, as paths: `traits.phone`, `identifiers`, `accounts`, `consents`, `withheld` where its use was limited, and `events` where some came with it. */
export function changedPaths(before: ProfileState | undefined, after: ProfileState, hasEvents: boolean): string[] {
  const old = (before?.traits ?? { custom: {} }) as unknown as Record<string, unknown>;
  const now = after.traits as unknown as Record<string, unknown>;
  const isOther = (a: unknown, b: unknown) => a !== b && JSON.stringify(a) !== JSON.stringify(b);
  const traits = Object.keys(now).filter((trait) => isOther(now[trait], old[trait] ?? null));
  const [keysBefore, keysAfter] = [keysOf(before), keysOf(after)];
  const lists = (['identifiers', 'accounts'] as const).filter((list) => keysBefore[list] !== keysAfter[list]);
  const merged = (before?.mergedIds.length ?? 0) === after.mergedIds.length ? [] : ['mergedIds'];
  const consents = isOther(before?.consents ?? NO_CONSENTS, after.consents) ? ['consents'] : [];
  const withheld = isOther(before?.limits ?? NO_LIMITS, after.limits) ? ['withheld'] : [];
  const others = [...lists, ...merged, ...consents, ...withheld, ...(hasEvents ? ['events'] : [])];
  return [...traits.map((trait) => `traits.${trait}`), ...others];
}
