import { identifierRulesOf } from '../channels/identifier-limits.rules.js';
import type { ChangeLog } from '../platform/changes.js';
import type { TenantContext } from '../platform/context.js';
import { notFound } from '../platform/errors.js';
import { groupBy } from '../platform/group-by.rules.js';
import { idOf } from '../platform/ids.js';
import { untilWritten } from '../platform/retry.js';
import { anchorsOf } from './anchored-facts.rules.js';
import type { BegunMergesService } from './begun-merges.service.js';
import { accountsOfMark, leavingParts, markOf } from './parting.rules.js';
import { isWaiting, type Job, newJob, partingBegun } from './parting-job.js';
import { type PartingPlanService, type Target, toPartedChange } from './parting-plan.service.js';
import type { ProfileStore } from './profile.store.js';
import { newRevision, type ReadProfile, type StoredProfile } from './profile-document.js';
import { accountIdOf, profileIdOf } from './profile-id.rules.js';
import type { SlotStore } from './slot.store.js';
import { bySeniority } from './stitch.rules.js';
import type { StitchObserver } from './stitch-observer.js';
import { type DecidedPersons, isUndecided } from './undecided.rules.js';

/** A part that leaves. */
interface Leaving {
  /** The slots of its accounts that are in the profile. */
  readonly here: readonly string[];
  /** The profile that others of its accounts are in already. */
  readonly into: StoredProfile | undefined;
}

/**
 * Takes profiles apart. The profile first notes which accounts are being led out of it; each part then gets a profile of
 * its own, derived from its accounts, and its slots are led there; the profile is derived anew from what still leads to
 * it; and the note is cleared. Both hold the accounts for a moment, none is ever missing. Whoever finds the note can
 * finish: it names the parts.
 *
 * Others may write the same profiles at any time, and all is well because
 * - a profile is derived from what leads to it after it was read, and written where it still has the revision read;
 * - who leads an account elsewhere gives both profiles a new revision afterwards. So a derivation that misses a move, or
 *   what came in meanwhile, is overtaken and done again from what is there;
 * - the note gives the profile a new revision: who has read it to absorb it is overtaken, reads it again, and finds in
 *   `parted` that what it took in may have left since, so that it is derived anew, too. The note goes along into a
 *   profile that absorbs this one;
 * - merges that a profile has begun are finished before it is parted, so no merge waits to lead a part back. Only a
 *   redirect's followers may still be about to be led on: those of its former life, and each life has a token;
 * - of two that part a profile alike one gives the part its profile, and the other finds it there. Where they part it
 *   differently, each account is led once after the other, and ends in one profile.
 */
export class PartingService {
  constructor(
    private readonly profiles: ProfileStore,
    private readonly slots: SlotStore,
    private readonly planner: PartingPlanService,
    private readonly merges: BegunMergesService,
    private readonly changes: ChangeLog,
    private readonly observer?: StitchObserver,
  ) {}

  /**
   * Gives each part of a profile's accounts a living profile of its own. The part with the founding account keeps the
   * id, and so do accounts that no part names; another part takes back the id of the profile that its accounts were
   * before, else that of the account seen first. Accounts that are elsewhere already stay there. Returns the ids of the
   * profiles that parts are in now. Where nothing is to be done, nothing is written. NOT_FOUND where there is no such
   * profile.
   */
  async part(ctx: TenantContext, profileId: string, parts: readonly (readonly string[])[]): Promise<string[]> {
    const job = newJob(profileId, parts);
    await untilWritten('profiles', () => this.attempt(ctx, job));
    const roots = await this.profiles.resolve(ctx, parts.flat().map(profileIdOf));
    return [...new Set([...roots.values()].map(({ _id }) => idOf(_id)))];
  }

  /**
   * The same by a decision. Where another is parting the profile, it waits until that is done, and nothing more is done:
   * then it is false, and there is more to decide on. Who does not come to an end is taken for stopped, and its work is done.
   */
  async partDecided(
    ctx: TenantContext,
    profileId: string,
    parts: readonly (readonly string[])[],
    persons: DecidedPersons,
  ): Promise<boolean> {
    const job = newJob(profileId, parts, persons);
    await untilWritten('profiles', () => this.attempt(ctx, job));
    return !job.isLeft;
  }

  /** Finishes what a stopped process has begun. */
  async finish(ctx: TenantContext, profileId: string): Promise<void> {
    await this.part(ctx, profileId, []);
  }

  private async attempt(ctx: TenantContext, job: Job): Promise<boolean> {
    const found = await this.settled(ctx, job);
    if (!found || isWaiting(job, found)) return false;
    if (job.isLeft) return true;
    const founder = accountIdOf(found.state.id);
    job.leaving ??= leavingParts(job.parts, founder);
    const marks = [...new Set([...found.state.parting, ...job.leaving.map(markOf)])];
    await this.slots.straighten(ctx, found.state.id, found.stored.life);
    const leaving = await this.place(ctx, found, leavingParts(marks.map(accountsOfMark), founder));
    if (!leaving) return false;
    if (found.state.parting.length === 0 && leaving.every(({ here }) => here.length === 0)) return this.tell(ctx, job);
    const isTaken = found.state.parting.length > 0 && !job.isMarked;
    const whole = await this.mark(ctx, job, found, marks);
    const targets = whole && (await this.targetsOf(ctx, job, whole, leaving));
    if (!targets) return false;
    return (await this.leadOut(ctx, job, targets, isTaken)) && this.letGo(ctx, job, whole, isTaken);
  }

  /** A living profile that has finished what merges it began; undefined where that had to be done first. */
  private async settled(ctx: TenantContext, { profileId, persons }: Job): Promise<ReadProfile | undefined> {
    const stored = (await this.profiles.resolve(ctx, [profileId])).get(profileId);
    if (!stored) throw notFound(`The profile ${profileId}`);
    return this.settle(ctx, stored, persons);
  }

  /** The same of a profile that was read. */
  private async settle(ctx: TenantContext, stored: StoredProfile, persons: DecidedPersons | undefined) {
    if ((stored.absorbing ?? []).length === 0) return this.profiles.open(ctx, stored);
    if (await this.merges.settle(ctx, stored, persons)) await this.finish(ctx, idOf(stored._id));
    return undefined;
  }

  /**
   * Where the accounts of each part are: in the profile, or in others. Undefined where an account that the profile took
   * in had no slot yet: its writer was about to make one, and now it has.
   */
  private async place(
    ctx: TenantContext,
    { state, stored }: ReadProfile,
    parts: readonly (readonly string[])[],
  ): Promise<Leaving[] | undefined> {
    const held = [...state.accounts.map(({ id }) => id), ...anchorsOf(state)];
    const led = await this.profiles.lead(ctx, [...new Set([...parts.flat(), ...held])].map(profileIdOf));
    const { living: roots, erased } = led;
    const unfounded = [...new Set(held)].map(profileIdOf).filter((id) => !roots.has(id) && !erased.has(id));
    if (unfounded.length > 0) {
      const redirects = unfounded.map((id) => ({ id, into: state.id, life: stored.life }));
      await this.profiles.addRedirects(ctx, redirects);
      return undefined;
    }
    return parts.map((accountIds) => {
      const ids = accountIds.map(profileIdOf);
      const others = new Set(ids.flatMap((id) => roots.get(id) ?? []).filter(({ _id }) => _id !== stored._id));
      return {
        here: ids.filter((id) => id !== state.id && roots.get(id)?._id === stored._id),
        into: [...others].sort((a, b) => bySeniority(rankOf(a), rankOf(b)))[0],
      };
    });
  }

  /** Notes on the profile what leaves it; undefined where somebody wrote it meanwhile. */
  private async mark(ctx: TenantContext, job: Job, found: ReadProfile, marks: string[]) {
    const { state, stored } = found;
    if (marks.length === state.parting.length) {
      job.isMarked = true;
      return found;
    }
    // told before it is noted, so that whoever finishes what others began will look, and find it
    if (!job.isTold) await this.changes.append(ctx, [partingBegun(state)]);
    job.isTold = true;
    const revision = newRevision();
    if (!(await this.slots.mark(ctx, { id: state.id, revision: stored.revision }, marks, revision))) return undefined;
    job.isMarked = true;
    const noted = { parting: marks, parted: true };
    return { state: { ...state, ...noted }, stored: { ...stored, ...noted, revision } };
  }

  /** What is to be written for the parts; undefined where something is in the way that is being put right. */
  private async targetsOf(ctx: TenantContext, job: Job, whole: ReadProfile, leaving: readonly Leaving[]) {
    const concerned = leaving.filter(({ here, into }) => here.length > 0 || into);
    const targets: Target[] = [];
    for (const [first, ...alike] of groupBy(concerned, (part): unknown => part.into?._id ?? part).values()) {
      const here = [first, ...alike].flatMap((part) => part?.here ?? []);
      const target = await this.targetOf(ctx, job, whole, first?.into, here);
      if (target === 'overtaken') return undefined;
      if (target) targets.push(target);
    }
    return targets;
  }

  /**
   * The profile of a part: the one that others of it are in, unless that has come to hold what nobody has decided on with
   * this part; then the part gets one of its own, and whoever decides on both joins them.
   */
  private async targetOf(
    ctx: TenantContext,
    { persons }: Job,
    whole: ReadProfile,
    into: StoredProfile | undefined,
    here: readonly string[],
  ): Promise<Target | 'overtaken' | undefined> {
    if (!into) return this.planner.founded(ctx, whole, here);
    const before = await this.settle(ctx, into, persons);
    if (!before) return 'overtaken';
    await this.slots.straighten(ctx, before.state.id, before.stored.life);
    const joined = await this.planner.joined(ctx, whole, before, here);
    if (joined === 'overtaken') return joined;
    const written = { state: joined.state, known: [before.state, whole.state], absorbed: [] };
    const isLeft = isUndecided(written, persons, identifierRulesOf(ctx.settings.identifierRules));
    return isLeft ? this.planner.founded(ctx, whole, here) : joined;
  }

  /** Writes the profiles of the parts, then leads the parts there; false where somebody else was faster. */
  private async leadOut(ctx: TenantContext, job: Job, targets: readonly Target[], isTaken: boolean): Promise<boolean> {
    const revision = newRevision();
    const revived = targets.flatMap(({ slot, state, life }) => (slot && life ? [{ slot, state, life }] : []));
    if (!(await this.slots.revive(ctx, revived, revision))) return false;
    this.observer?.parted(revived.length);
    const changed = targets.flatMap(({ before, state, isChanged }) => (before && isChanged ? [{ before, state }] : []));
    if ((await this.profiles.update(ctx, changed, revision)).size > 0) return false;
    this.observer?.written([...revived, ...changed].map(({ state }) => state));
    for (const target of targets)
      if (target.isChanged || isTaken) job.untold.set(target.state.id, toPartedChange(target, job.untold));
    const moves = targets.flatMap(({ members, state, life }) =>
      members.map((slot) => ({ slot, into: state.id, life })),
    );
    if (!(await this.slots.lead(ctx, moves))) return false;
    const written = targets.map(({ state, before, isChanged }) => ({
      id: state.id,
      revision: isChanged ? revision : (before?.stored.revision ?? revision),
    }));
    return this.slots.touch(ctx, written, newRevision());
  }

  /** Derives the profile anew from what still leads to it, tells of all, and clears the note; false where it was overtaken. */
  private async letGo(ctx: TenantContext, job: Job, whole: ReadProfile, isTaken: boolean): Promise<boolean> {
    const rest = await this.planner.rest(ctx, whole);
    const revision = newRevision();
    const { id } = whole.state;
    if (rest.isChanged) {
      if ((await this.profiles.update(ctx, [{ before: whole, state: rest.state }], revision)).size > 0) return false;
      this.observer?.written([rest.state]);
    } else if (!(await this.slots.touch(ctx, [{ id, revision: whole.stored.revision }], revision))) return false;
    if (rest.isChanged || isTaken) job.untold.set(id, toPartedChange(rest, job.untold));
    await this.tell(ctx, job);
    return this.slots.clear(ctx, { id, revision });
  }

  private async tell(ctx: TenantContext, { untold }: Job): Promise<true> {
    if (untold.size > 0) await this.changes.append(ctx, [...untold.values()]);
    untold.clear();
    return true;
  }
}

function rankOf({ _id, seniority }: StoredProfile) {
  return { id: idOf(_id), seniority };
}
