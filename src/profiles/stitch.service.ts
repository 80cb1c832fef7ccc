import type { AccountRecord } from '../channels/account.rules.js';
import type { AccountStore } from '../channels/account.store.js';
import { identifierRulesOf } from '../channels/identifier-limits.rules.js';
import type { ChangeLog } from '../platform/changes.js';
import type { TenantContext } from '../platform/context.js';
import { idOf } from '../platform/ids.js';
import { untilWritten } from '../platform/retry.js';
import type { ProfileStore } from './profile.store.js';
import type { ReadProfile, StoredProfile } from './profile-document.js';
import { accountIdOf, profileIdOf } from './profile-id.rules.js';
import { groupAccounts } from './stitch.rules.js';
import type { StitchObserver } from './stitch-observer.js';
import {
  accountsOfParted,
  type BegunMerges,
  bringsAccounts,
  newRedirects,
  type Plan,
  planOf,
  rankOf,
  renewedAccounts,
  type Slots,
  type StitchInput,
  toChanges,
  toMergedChanges,
  toWritten,
  unfinishedMerges,
  withoutErased,
} from './stitch-plan.js';
import { isUndecided } from './undecided.rules.js';

/** What became of accounts that could not be stitched at once. */
export interface Stitched {
  /** Whose profile another writer had written meanwhile: it was done again. */
  readonly overtaken: readonly string[];
  /** Who were not stitched, since their profile holds by now what was not decided on: that is to be decided anew. */
  readonly undecided: ReadonlySet<string>;
  /** Who were not stitched, since they were erased. */
  readonly erased: ReadonlySet<string>;
}

/** Where accounts stand. */
export interface Standing {
  /** The living profiles they are in, by account. */
  readonly profiles: Map<string, StoredProfile>;
  readonly erased: ReadonlySet<string>;
}

const NONE_KNOWN: BegunMerges = { pairs: [], areLeft: false };
const LEFT: BegunMerges = { pairs: [], areLeft: true };

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
    private readonly observer?: StitchObserver,
  ) {}

  /** The living profiles that accounts are in, masked, by account; and which accounts were erased. */
  async standingOf(ctx: TenantContext, accountIds: readonly string[]): Promise<Standing> {
    const { living, erased } = await this.profiles.lead(ctx, accountIds.map(profileIdOf));
    return {
      profiles: new Map([...living].map(([id, stored]) => [accountIdOf(id), stored])),
      erased: new Set([...erased].map(accountIdOf)),
    };
  }

  /**
   * Brings profiles up to date with the input; tells of those where another writer came between. Repeating it is harmless.
   * Nothing is written before `settled` is, which may bring another input instead: that of a writer who prepares the
   * profiles while the accounts are being written.
   */
  async stitch(ctx: TenantContext, expected: StitchInput, settled = Promise.resolve(expected)): Promise<Stitched> {
    let input = expected;
    let pending = accountsOf(input);
    const overtaken = new Set<string>();
    const undecided = new Set<string>();
    const erased = new Set<string>();
    await untilWritten('profiles', async (attempt) => {
      let plans = await this.plan(ctx, input, new Set(pending), slotsOf(input, attempt), settled, erased);
      input = await settled;
      if (attempt === 0 && input !== expected) {
        pending = accountsOf(input);
        plans = await this.plan(ctx, input, new Set(pending), slotsOf(input, attempt), settled, erased);
      }
      const { decided, left } = await this.decidedOf(ctx, input, new Set(pending), { plans, erased });
      for (const { group } of left) for (const id of group.accountIds) undecided.add(id);
      pending = await this.write(ctx, decided);
      for (const id of pending) overtaken.add(id);
      return pending.length === 0;
    });
    return { overtaken: [...overtaken], undecided, erased };
  }

  /**
   * Which plans may be written, and which are left, since nobody has decided on what they come to. Where that is for what
   * somebody wrote of a profile whose merge was begun and not finished, the merge is left for whoever decides on it.
   */
  private async decidedOf(
    ctx: TenantContext,
    input: StitchInput,
    pending: ReadonlySet<string>,
    { plans, erased }: { readonly plans: readonly Plan[]; readonly erased: Set<string> },
  ) {
    const rules = identifierRulesOf(ctx.settings.identifierRules);
    const isLeft = (plan: Plan) =>
      (input.persons !== undefined || bringsAccounts(plan, input)) &&
      isUndecided(toWritten(plan, input), input.persons, rules);
    const left = plans.filter(isLeft);
    const decided = plans.filter((plan) => !left.includes(plan));
    const finishing = left.filter(({ finishes }) => finishes);
    if (finishing.length === 0) return { decided, left };
    const accountIds = finishing.flatMap(({ group }) => group.accountIds).filter((id) => pending.has(id));
    const again = await this.plan(ctx, input, new Set(accountIds), new Map(), Promise.resolve(), erased, LEFT);
    return {
      decided: [...decided, ...again.filter((plan) => !isLeft(plan))],
      left: [...left.filter((plan) => !finishing.includes(plan)), ...again.filter(isLeft)],
    };
  }

  /** Writes what was planned; returns the accounts that must be planned again. */
  private async write(ctx: TenantContext, plans: readonly Plan[]): Promise<string[]> {
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
    // told before absorbed profiles lead here: who finds the merge unfinished later can finish it
    await this.changes.append(ctx, written.flatMap(toChanges));
    const unfinished = await this.lead(ctx, written);
    await this.changes.append(ctx, written.flatMap(toMergedChanges));
    this.observer?.written(written.map(({ state }) => state));
    const merged = written.filter(({ state }) => !unfinished.has(state.id)).flatMap(({ absorbed }) => absorbed);
    this.observer?.merged(merged.length);
    const again = plans.filter((plan) => !written.includes(plan) || unfinished.has(plan.state.id));
    return again.flatMap(({ group }) => group.accountIds);
  }

  private async plan(
    ctx: TenantContext,
    input: StitchInput,
    pending: ReadonlySet<string>,
    known: Slots,
    settled: Promise<unknown>,
    gone: Set<string>,
    begun: BegunMerges = NONE_KNOWN,
  ): Promise<Plan[]> {
    const all = [...input.pairs, ...begun.pairs].filter(([a, b]) => !gone.has(a) && !gone.has(b));
    const pairs = all.filter(([a, b]) => pending.has(a) || pending.has(b));
    const accountIds = [...new Set([...pending, ...pairs.flat()])];
    const { profiles: found, erased } = await this.standingOf(
      ctx,
      accountIds.filter((id) => !known.has(id)),
    );
    if (erased.size > 0) {
      for (const id of erased) gone.add(id);
      const left = new Set([...pending].filter((id) => !erased.has(id)));
      return this.plan(ctx, withoutErased(input, erased), left, known, settled, gone, begun);
    }
    const slots = new Map([...[...known].flatMap(([id, slot]) => (slot ? [[id, slot] as const] : [])), ...found]);
    const roots = new Map([...slots.values()].map((stored) => [idOf(stored._id), stored]));
    if (!(await this.areStill(ctx, slots, roots)))
      return this.plan(ctx, input, pending, new Map(), settled, gone, begun);
    const unfinished = begun.areLeft
      ? []
      : unfinishedMerges(roots, slots, all).filter(([, absorbed]) => !gone.has(absorbed));
    if (unfinished.length > 0) {
      const withUnfinished = { ...begun, pairs: [...begun.pairs, ...unfinished] };
      return this.plan(ctx, input, new Set([...pending, ...unfinished.flat()]), slots, settled, gone, withUnfinished);
    }
    const groups = groupAccounts(accountIds, pairs, (account) => rankOf(slots.get(account), input.survivor));
    const opened = new Map([...roots].map(([id, stored]) => [id, this.profiles.open(ctx, stored)]));
    const renewed = renewedAccounts(input, opened);
    const read = await this.readAgain(ctx, input, opened, renewed, settled);
    return groups.flatMap((group) => {
      const unfounded = group.accountIds.filter((account) => !slots.has(account));
      return planOf(ctx, group, opened, input, { read, renewed }, unfounded, begun);
    });
  }

  /**
   * Whether accounts of profiles that have been parted were still in them after these were read: else one that has left
   * in between would be written into the profile it left. Who leads an account away gives the profile a new revision.
   */
  private async areStill(
    ctx: TenantContext,
    slots: Slots,
    roots: ReadonlyMap<string, StoredProfile>,
  ): Promise<boolean> {
    const doubtful = accountsOfParted(slots, roots);
    if (doubtful.length === 0) return true;
    const { profiles: now } = await this.standingOf(ctx, doubtful);
    return doubtful.every((account) => now.get(account)?._id === slots.get(account)?._id);
  }

  /**
   * Reads accounts whose state in hand may not be the latest, and those that the profiles hold in part: the fold needs
   * all of them. What the input says of them must be there by then.
   */
  private async readAgain(
    ctx: TenantContext,
    input: StitchInput,
    opened: ReadonlyMap<string, ReadProfile>,
    renewed: ReadonlySet<string>,
    settled: Promise<unknown>,
  ): Promise<ReadonlyMap<string, AccountRecord>> {
    const snapshots = [...opened.values()].flatMap(({ state }) => state.accounts);
    const partial = snapshots.filter(({ partial, id }) => partial && !input.accounts.has(id)).map(({ id }) => id);
    const ids = new Set([...renewed, ...partial]);
    if (ids.size === 0) return new Map();
    await settled;
    return this.accounts.findByIds(ctx, [...ids]);
  }

  /** Lets what a written profile stands for lead to it; returns the ids of profiles where something was overtaken. */
  private async lead(ctx: TenantContext, written: readonly Plan[]): Promise<Set<string>> {
    const redirects = written.flatMap(newRedirects);
    const merges = written.flatMap((plan) =>
      plan.absorbed.map(({ stored }) => ({ absorbed: stored, into: plan.state.id, life: plan.before?.stored.life })),
    );
    const there = redirects.length === 0 ? new Set<string>() : await this.profiles.addRedirects(ctx, redirects);
    const overtaken = merges.length === 0 ? new Set<string>() : await this.profiles.redirect(ctx, merges);
    const settled = written.filter(
      ({ absorbed }) => absorbed.length > 0 && !absorbed.some(({ state }) => overtaken.has(state.id)),
    );
    await this.profiles.settle(
      ctx,
      settled.map(({ state, absorbed }) => ({ id: state.id, absorbed: absorbed.map((one) => one.state.id) })),
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

function accountsOf({ accounts, pairs }: StitchInput): string[] {
  return [...new Set([...accounts.keys(), ...pairs.flat()])];
}

/** What the input tells of its accounts' profiles, which holds for the first attempt alone. */
function slotsOf({ accounts, profiles }: StitchInput, attempt: number): Slots {
  return new Map(profiles && attempt === 0 ? [...accounts.keys()].map((id) => [id, profiles.get(id)] as const) : []);
}
