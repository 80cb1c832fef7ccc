import { setTimeout as delay } from 'node:timers/promises';
import type { AccountRecord } from '../channels/account.rules.js';
import type { AccountStore } from '../channels/account.store.js';
import { newestEventFirst } from '../events/event.rules.js';
import type { HiddenEvent } from '../events/event.store.js';
import { recentEventOf } from '../events/recent-event.js';
import type { ChangeKind, ChangeLog, ProfileChanged } from '../platform/changes.js';
import type { TenantContext } from '../platform/context.js';
import { AppError } from '../platform/errors.js';
import { idOf } from '../platform/ids.js';
import { changedPaths, growProfile } from './profile.rules.js';
import type { ProfileStore, ReadProfile, StoredProfile } from './profile.store.js';
import { accountIdOf, profileIdOf } from './profile-id.rules.js';
import type { ProfileState } from './profile-state.js';
import { MOST_RECENT_EVENTS } from './snapshot.rules.js';
import { groupAccounts, type StitchGroup } from './stitch.rules.js';
import type { ManualTrait } from './traits.entity.js';

const MOST_ATTEMPTS = 40;
const LONGEST_PAUSE_MS = 25;
const MOST_EVENT_IDS_IN_A_CHANGE = 500;

/** What has been observed or decided, and must now show in profiles. */
export interface StitchInput {
  /** Whole records of the accounts observed, already stored. */
  readonly accounts: ReadonlyMap<string, AccountRecord>;
  /** Accounts that are one person. */
  readonly pairs: readonly (readonly [string, string])[];
  readonly events: ReadonlyMap<string, readonly HiddenEvent[]>;
  /** The living profiles of `accounts` as read just before, which spares the first round from reading them. */
  readonly profiles?: ReadonlyMap<string, StoredProfile>;
  readonly manual?: readonly ManualTrait[];
  /** The profile a person chose to survive. */
  readonly survivor?: string;
}

/** The living profiles of accounts that were read; undefined for an account that has none. */
type Slots = ReadonlyMap<string, StoredProfile | undefined>;

/** One profile to write: the group it is for, what was read, and what is to be. */
interface Plan {
  readonly group: StitchGroup;
  readonly before: ReadProfile | undefined;
  readonly absorbed: readonly ReadProfile[];
  readonly state: ProfileState;
  readonly events: readonly HiddenEvent[];
  /** Accounts of the group without a profile document of their own. */
  readonly unfounded: readonly string[];
}

/**
 * Folds accounts into profiles and joins profiles that turn out to be one person. Each profile is written by
 * compare-and-set, and only what was overtaken is done again; a survivor first takes in what it absorbs, then the
 * absorbed becomes a redirect, so that nothing is missing at any moment.
 */
export class StitchService {
  constructor(
    private readonly profiles: ProfileStore,
    private readonly accounts: AccountStore,
    private readonly changes: ChangeLog,
  ) {}

  /** The living profiles that accounts are in, masked, by account. */
  async profilesOf(ctx: TenantContext, accountIds: readonly string[]): Promise<Map<string, StoredProfile>> {
    const slots = await this.profiles.resolve(ctx, accountIds.map(profileIdOf));
    return new Map([...slots].map(([id, stored]) => [accountIdOf(id), stored]));
  }

  /** Brings profiles up to date with the input and returns the ids of those that changed. Repeating it is harmless. */
  async stitch(ctx: TenantContext, input: StitchInput): Promise<string[]> {
    let pending: readonly string[] = [...new Set([...input.accounts.keys(), ...input.pairs.flat()])];
    const done = new Set<string>();
    for (let attempt = 0; pending.length > 0; attempt += 1) {
      if (attempt === MOST_ATTEMPTS)
        throw new AppError('SERVICE_UNAVAILABLE', 'These profiles are being written by too many at once; try again.');
      if (attempt > 0) await delay(Math.random() * LONGEST_PAUSE_MS);
      const read = attempt === 0 ? input.profiles : undefined;
      const known = new Map([...input.accounts.keys()].flatMap((id) => (read ? [[id, read.get(id)] as const] : [])));
      pending = await this.attempt(ctx, input, new Set(pending), known, done);
    }
    return [...done];
  }

  /** One round over the accounts that are pending; returns those that must be done again. */
  private async attempt(
    ctx: TenantContext,
    input: StitchInput,
    pending: ReadonlySet<string>,
    known: Slots,
    done: Set<string>,
  ): Promise<string[]> {
    const plans = await this.plan(ctx, input, pending, known);
    const founded = plans.filter(({ before }) => !before);
    const grown = plans.flatMap((plan) => (plan.before ? [{ ...plan, before: plan.before }] : []));
    const [there, overtaken] = await Promise.all([
      this.profiles.found(
        ctx,
        founded.map(({ state }) => state),
      ),
      this.profiles.update(ctx, grown),
    ]);
    const written = plans.filter(({ state }) => !there.has(state.id) && !overtaken.has(state.id));
    const unfinished = await this.lead(ctx, written);
    await this.changes.append(ctx, written.flatMap(toChanges));
    for (const { state } of written) done.add(state.id);
    const again = plans.filter((plan) => !written.includes(plan) || unfinished.has(plan.state.id));
    return again.flatMap(({ group }) => group.accountIds);
  }

  private async plan(
    ctx: TenantContext,
    input: StitchInput,
    pending: ReadonlySet<string>,
    known: Slots,
  ): Promise<Plan[]> {
    const pairs = input.pairs.filter(([a, b]) => pending.has(a) || pending.has(b));
    const accountIds = [...new Set([...pending, ...pairs.flat()])];
    const found = await this.profilesOf(
      ctx,
      accountIds.filter((id) => !known.has(id)),
    );
    const slots = new Map([...[...known].flatMap(([id, slot]) => (slot ? [[id, slot] as const] : [])), ...found]);
    const roots = new Map([...slots.values()].map((stored) => [idOf(stored._id), stored]));
    const unfinished = unfinishedMerges(roots, slots, input.pairs);
    if (unfinished.length > 0) {
      const withUnfinished = { ...input, pairs: [...input.pairs, ...unfinished] };
      return this.plan(ctx, withUnfinished, new Set([...pending, ...unfinished.flat()]), slots);
    }
    const groups = groupAccounts(accountIds, pairs, (account) => rankOf(slots.get(account), input.survivor));
    const opened = new Map([...roots].map(([id, stored]) => [id, this.profiles.open(ctx, stored)]));
    const renewed = renewedAccounts(input, opened);
    const read = await this.readAgain(ctx, input, opened, renewed);
    return groups.flatMap((group) => {
      const unfounded = group.accountIds.filter((account) => !slots.has(account));
      return planOf(ctx, group, opened, input, { read, renewed }, unfounded);
    });
  }

  /** Reads accounts whose state in hand may not be the latest, and those that the profiles hold in part: the fold needs all of them. */
  private async readAgain(
    ctx: TenantContext,
    input: StitchInput,
    opened: ReadonlyMap<string, ReadProfile>,
    renewed: ReadonlySet<string>,
  ): Promise<ReadonlyMap<string, AccountRecord>> {
    const snapshots = [...opened.values()].flatMap(({ state }) => state.accounts);
    const partial = snapshots.filter(({ partial, id }) => partial && !input.accounts.has(id)).map(({ id }) => id);
    const ids = new Set([...renewed, ...partial]);
    return ids.size === 0 ? new Map() : this.accounts.findByIds(ctx, [...ids]);
  }

  /** Lets what a written profile stands for lead to it; returns the ids of profiles where something was overtaken. */
  private async lead(ctx: TenantContext, written: readonly Plan[]): Promise<Set<string>> {
    const redirects = written.flatMap(newRedirects);
    const merges = written.flatMap((plan) =>
      plan.absorbed.map(({ stored }) => ({ absorbed: stored, into: plan.state.id })),
    );
    const there = redirects.length === 0 ? new Set<string>() : await this.profiles.addRedirects(ctx, redirects);
    const overtaken = merges.length === 0 ? new Set<string>() : await this.profiles.redirect(ctx, merges);
    const settled = written.filter(
      ({ absorbed }) => absorbed.length > 0 && !absorbed.some(({ state }) => overtaken.has(state.id)),
    );
    await this.profiles.settle(
      ctx,
      settled.map(({ state }) => ({ id: state.id, absorbed: state.absorbing })),
    );
    const strayed = await this.strayed(
      ctx,
      redirects.filter(({ id }) => there.has(id)),
    );
    return new Set([
      ...strayed,
      ...merges.filter(({ absorbed }) => overtaken.has(idOf(absorbed._id))).map(({ into }) => into),
    ]);
  }

  /** Of redirects that were there already, the profiles they were meant for and do not lead to. */
  private async strayed(
    ctx: TenantContext,
    redirects: readonly { readonly id: string; readonly into: string }[],
  ): Promise<string[]> {
    if (redirects.length === 0) return [];
    const roots = await this.profiles.resolve(
      ctx,
      redirects.flatMap(({ id, into }) => [id, into]),
    );
    return redirects.filter(({ id, into }) => roots.get(id)?._id !== roots.get(into)?._id).map(({ into }) => into);
  }
}

/**
 * Accounts whose latest state is neither that of the input nor that of a profile for certain: an account of the input
 * that a profile holds which was read later than the account (another writer may have brought in a newer state), and one
 * that two profiles hold. Read after the profiles, an account is as new as any copy in them.
 */
function renewedAccounts({ accounts, profiles }: StitchInput, opened: ReadonlyMap<string, ReadProfile>): Set<string> {
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

/** A survivor that a person chose ranks before all others. */
function rankOf(stored: StoredProfile | undefined, survivor: string | undefined) {
  if (!stored) return undefined;
  const id = idOf(stored._id);
  return { id, seniority: id === survivor ? Number.NEGATIVE_INFINITY : stored.seniority };
}

function planOf(
  ctx: TenantContext,
  group: StitchGroup,
  opened: ReadonlyMap<string, ReadProfile>,
  input: StitchInput,
  { read, renewed }: { read: ReadonlyMap<string, AccountRecord>; renewed: ReadonlySet<string> },
  unfounded: readonly string[],
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
  const manual = (input.manual ?? []).filter(({ accountId }) => group.accountIds.includes(accountId));
  const growth = {
    id,
    now: ctx.now(),
    accounts,
    observed: new Set([...observed, ...held.filter((account) => renewed.has(account))]),
    absorbed: absorbed.map(({ state }) => ({ ...state, mergedIds: state.mergedIds.filter((merged) => merged !== id) })),
    events: newestHidden(events).map(recentEventOf),
    manual,
    ...seniorityOf(survivor, absorbed, input.survivor),
  };
  return [
    { group, before: survivor, absorbed, events, unfounded, state: growProfile(survivor?.state, growth, ctx.settings) },
  ];
}

function seniorityOf(survivor: ReadProfile | undefined, absorbed: readonly ReadProfile[], chosen: string | undefined) {
  if (!survivor || survivor.state.id !== chosen) return {};
  return { seniority: Math.min(survivor.state.seniority, ...absorbed.map(({ state }) => state.seniority - 1)) };
}

/** What the accounts of a group that have no profile document yet must lead to; the founder's is the profile itself. */
function newRedirects({ state, unfounded }: Plan): { id: string; into: string }[] {
  const ids = unfounded.map(profileIdOf).filter((id) => id !== state.id);
  return ids.map((id) => ({ id, into: state.id }));
}

/** Merges that a stopped process left half done: the survivor names whom it took in, and they do not lead to it yet. */
function unfinishedMerges(
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

function toChanges({ before, absorbed, state, events }: Plan): ProfileChanged[] {
  const paths = changedPaths(before?.state, state, events.length > 0);
  const kind: ChangeKind = absorbed.length > 0 ? 'MERGED' : before ? 'UPDATED' : 'CREATED';
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
