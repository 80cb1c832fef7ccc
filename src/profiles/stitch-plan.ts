import type { AccountRecord } from '../channels/account.rules.js';
import { newestEventFirst } from '../events/event.rules.js';
import type { HiddenEvent } from '../events/event.store.js';
import { recentEventOf } from '../events/recent-event.js';
import type { ChangeKind, ProfileChanged } from '../platform/changes.js';
import type { TenantContext } from '../platform/context.js';
import { idOf } from '../platform/ids.js';
import { type AnchoredFacts, factsOfAccounts, NO_FACTS } from './anchored-facts.rules.js';
import { DERIVE_ANEW } from './parting.rules.js';
import { changedPaths, growProfile } from './profile.rules.js';
import type { ReadProfile, StoredProfile } from './profile-document.js';
import { accountIdOf, profileIdOf } from './profile-id.rules.js';
import type { ProfileState } from './profile-state.js';
import { MOST_RECENT_EVENTS } from './snapshot.rules.js';
import type { StitchGroup } from './stitch.rules.js';
import type { DecidedPersons, Written } from './undecided.rules.js';

const MOST_EVENT_IDS_IN_A_CHANGE = 500;

/** What has been observed or decided, and must now show in profiles. */
export interface StitchInput {
  /** Whole records of the accounts observed, already stored. */
  readonly accounts: ReadonlyMap<string, AccountRecord>;
  /** Accounts that are one person. */
  readonly pairs: readonly (readonly [string, string])[];
  readonly events: ReadonlyMap<string, readonly HiddenEvent[]>;
  /** The accounts whose events were not told of yet, all where absent: the rows about the profiles name no others. */
  readonly untold?: ReadonlySet<string>;
  /** The living profiles of `accounts` as read just before, which spares the first round from reading them. */
  readonly profiles?: ReadonlyMap<string, StoredProfile>;
  readonly facts?: AnchoredFacts;
  /** Blinded identifiers that link nobody, though accounts hold them. */
  readonly unlinked?: ReadonlySet<string>;
  /** Blinded identifiers that link, whatever was decided of them before. */
  readonly linked?: ReadonlySet<string>;
  /** The profile a person chose to survive. */
  readonly survivor?: string;
  /** What was decided of who is one person; absent where nothing was: then profiles of several accounts come to show nothing new. */
  readonly persons?: DecidedPersons;
  /** Blinded identifiers that accounts held before and alone: no news to a profile that shows not all it has. */
  readonly kept?: ReadonlySet<string>;
}

/** The living profiles of accounts that were read; undefined for an account that has none. */
export type Slots = ReadonlyMap<string, StoredProfile | undefined>;

/** Merges that others have begun: pairs of accounts that finish those found so far, or that they are left as they are. */
export interface BegunMerges {
  readonly pairs: readonly (readonly [string, string])[];
  readonly areLeft: boolean;
}

/** One profile to write: the group it is for, what was read, and what is to be. */
export interface Plan {
  readonly group: StitchGroup;
  readonly before: ReadProfile | undefined;
  readonly absorbed: readonly ReadProfile[];
  readonly state: ProfileState;
  readonly events: readonly HiddenEvent[];
  /** Accounts of the group without a profile document of their own. */
  readonly unfounded: readonly string[];
  /** Whether it finishes a merge that others have begun, and nobody asked for. */
  readonly finishes: boolean;
}

/**
 * Accounts whose latest state is neither that of the input nor that of a profile for certain: an account of the input
 * that a profile holds which was read later than the account (another writer may have brought in a newer state), and one
 * that two profiles hold. Read after the profiles, an account is as new as any copy in them.
 */
export function renewedAccounts(
  { accounts, profiles }: StitchInput,
  opened: ReadonlyMap<string, ReadProfile>,
): Set<string> {
  const readBefore = new Set(profiles?.values());
  const once = new Set<string>();
  const renewed = new Set<string>();
  for (const { state, stored } of opened.values()) {
    for (const { id } of state.accounts) {
      if (once.has(id) || (accounts.has(id) && !readBefore.has(stored))) renewed.add(id);
      once.add(id);
    }
  }
  return renewed;
}

/** What has been observed, without what is of accounts that were erased. */
export function withoutErased(input: StitchInput, erased: ReadonlySet<string>): StitchInput {
  const others = <T>(all: ReadonlyMap<string, T>) => new Map([...all].filter(([id]) => !erased.has(id)));
  const pairs = input.pairs.filter(([a, b]) => !erased.has(a) && !erased.has(b));
  return { ...input, accounts: others(input.accounts), events: others(input.events), pairs };
}

/** A survivor that a person chose ranks before all others. */
export function rankOf(stored: StoredProfile | undefined, survivor: string | undefined) {
  if (!stored) return undefined;
  const id = idOf(stored._id);
  return { id, seniority: id === survivor ? Number.NEGATIVE_INFINITY : stored.seniority };
}

/** What is to be written for a group of accounts; nothing where all of them are others' claims that are not stored yet. */
export function planOf(
  ctx: TenantContext,
  group: StitchGroup,
  opened: ReadonlyMap<string, ReadProfile>,
  input: StitchInput,
  { read, renewed }: { read: ReadonlyMap<string, AccountRecord>; renewed: ReadonlySet<string> },
  unfounded: readonly string[],
  begun: BegunMerges,
): Plan[] {
  const observed = group.accountIds.filter((id) => input.accounts.has(id));
  const [survivor, ...absorbed] = group.roots.flatMap((id) => opened.get(id) ?? []);
  const founder = observed[0];
  const id = survivor?.state.id ?? (founder && profileIdOf(founder));
  if (!id) return []; // accounts that others claimed for and have not stored yet: they will stitch them
  const events = observed.flatMap((account) => input.events.get(account) ?? []);
  const held = [survivor, ...absorbed].flatMap((root) => root?.state.accounts ?? []).map((account) => account.id);
  const accounts = [
    ...observed.flatMap((account) => (read.has(account) ? [] : (input.accounts.get(account) ?? []))),
    ...read.values(),
  ];
  const growth = {
    id,
    now: ctx.now(),
    accounts,
    observed: new Set([...observed, ...held.filter((account) => renewed.has(account))]),
    absorbed: absorbed.map(({ state }) => ({ ...state, mergedIds: state.mergedIds.filter((merged) => merged !== id) })),
    events: newestHidden(events).map(recentEventOf),
    facts: input.facts ? factsOfAccounts(input.facts, new Set(group.accountIds)) : NO_FACTS,
    ...(input.unlinked && { unlinked: input.unlinked }),
    ...(input.linked && { linked: input.linked }),
    isFinishing: !begun.areLeft,
    parting: mayHoldParted([...(survivor ? [survivor] : []), ...absorbed]) ? [DERIVE_ANEW] : [],
    ...seniorityOf(survivor, absorbed, input.survivor),
  };
  return [
    {
      group,
      before: survivor,
      absorbed,
      events: input.untold ? events.filter(({ record }) => input.untold?.has(record.accountId)) : events,
      unfounded,
      finishes: begun.pairs.some(([account]) => group.accountIds.includes(account)),
      state: growProfile(survivor?.state, growth, ctx.settings),
    },
  ];
}

/** Whether a plan brings accounts: else the profile is written for what was decided or set, with what it holds. */
export function bringsAccounts({ group, absorbed, unfounded }: Plan, { accounts }: StitchInput): boolean {
  return absorbed.length > 0 || unfounded.length > 0 || group.accountIds.some((id) => accounts.has(id));
}

/** A plan as it is judged: what was read was decided on, be it by others. */
export function toWritten({ before, absorbed, state }: Plan, { kept }: StitchInput): Written {
  const read = absorbed.map((one) => one.state);
  return { state, known: [...(before ? [before.state] : []), ...read], absorbed: read, ...(kept && { kept }) };
}

/**
 * Whether what a profile took in before may have been parted since: then its merge was overtaken by a parting, and what
 * left must leave it too.
 */
function mayHoldParted(roots: readonly ReadProfile[]): boolean {
  return roots.some(({ state }) => state.absorbing.length > 0) && roots.some(({ state }) => state.parted);
}

function seniorityOf(survivor: ReadProfile | undefined, absorbed: readonly ReadProfile[], chosen: string | undefined) {
  if (!survivor || survivor.state.id !== chosen) return {};
  return { seniority: Math.min(survivor.state.seniority, ...absorbed.map(({ state }) => state.seniority - 1)) };
}

/** What the accounts of a group that have no profile document yet must lead to; the founder's is the profile itself. */
export function newRedirects({ before, state, unfounded }: Plan) {
  const ids = unfounded.map(profileIdOf).filter((id) => id !== state.id);
  return ids.map((id) => ({ id, into: state.id, life: before?.stored.life }));
}

/** The accounts that lead to profiles from which accounts have left before, and might again; a founder never does. */
export function accountsOfParted(slots: Slots, roots: ReadonlyMap<string, StoredProfile>): string[] {
  return [...slots].flatMap(([account, stored]) => {
    const id = stored && idOf(stored._id);
    return id && id !== profileIdOf(account) && roots.get(id)?.parted ? [account] : [];
  });
}

/** Merges that a stopped process left half done: the survivor names whom it took in, and they do not lead to it yet. */
export function unfinishedMerges(
  roots: ReadonlyMap<string, StoredProfile>,
  slots: ReadonlyMap<string, StoredProfile>,
  pairs: readonly (readonly [string, string])[],
): [string, string][] {
  const known = new Set(pairs.map((pair) => pair.join()));
  const named = [...roots].flatMap(([id, stored]) =>
    (stored.absorbing ?? [])
      .filter((absorbed) => slots.get(accountIdOf(absorbed))?._id !== stored._id)
      .map((absorbed): [string, string] => [accountIdOf(id), accountIdOf(absorbed)]),
  );
  return named.filter((pair) => !known.has(pair.join()));
}

/** The newest of the events, as many as a profile keeps: only they are copied into it. */
function newestHidden(events: readonly HiddenEvent[]): HiddenEvent[] {
  return [...events].sort((a, b) => newestEventFirst(a.record, b.record)).slice(0, MOST_RECENT_EVENTS);
}

/** The rows that tell of a written profile, each with at most 500 of the events that came with it. */
export function toChanges({ before, state, events }: Plan): ProfileChanged[] {
  const changed = changedPaths(before?.state, state, events.length > 0);
  // whoever finishes what others began looks at profiles that merged
  const paths = state.parting.length > 0 ? [...new Set([...changed, 'mergedIds'])] : changed;
  const kind: ChangeKind = before ? 'UPDATED' : 'CREATED';
  const ids = events.map(({ record }) => record.id);
  const rows = Math.max(1, Math.ceil(ids.length / MOST_EVENT_IDS_IN_A_CHANGE));
  return Array.from({ length: rows }, (_, row) => ({
    profileId: state.id,
    kind,
    version: state.version,
    paths,
    eventIds: ids.slice(row * MOST_EVENT_IDS_IN_A_CHANGE, (row + 1) * MOST_EVENT_IDS_IN_A_CHANGE),
  }));
}

/** The last rows of profiles that another has absorbed: from now on they lead there. */
export function toMergedChanges({ absorbed, state: { version } }: Plan): ProfileChanged[] {
  return absorbed.map(({ state: { id } }) => ({
    profileId: id,
    kind: 'MERGED',
    version,
    paths: ['mergedIds'],
    eventIds: [],
  }));
}
