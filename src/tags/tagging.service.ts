import { ASSIGNED } from '../platform/changed-paths.rules.js';
import type { ChangeLog } from '../platform/changes.js';
import type { RequestContext } from '../platform/context.js';
import { notFound } from '../platform/errors.js';
import { idOf } from '../platform/ids.js';
import type { OwnAccountsService } from '../profiles/own-accounts.service.js';
import { mayBeUsed, type Use } from '../profiles/permitted-use.rules.js';
import type { ProfileStore } from '../profiles/profile.store.js';
import type { StoredProfile } from '../profiles/profile-document.js';
import { accountIdOf } from '../profiles/profile-id.rules.js';
import { isPartOpen, isWithinReach } from '../profiles/profile-view.js';
import { expiryOf, isAsAssigned, noteOf, standsAt } from './assignment.rules.js';
import type { BulkResult } from './bulk-result.view.js';
import { refuseAssigning, refuseTooMany } from './tag.rules.js';
import type { TagService } from './tag.service.js';
import type { NewAssignment, StoredAssignment, TagAssignmentStore } from './tag-assignment.store.js';
import type { StoredTag, TagDefinitionStore } from './tag-definition.store.js';
import { TagKind } from './tag-kind.js';
import { type PlacedProfile, refusal, sumOf, type Tally } from './tagging.rules.js';

const PIECE = 500;
const SURE = 1;

/** Who puts a tag on people, and how sure each time. */
export interface TaggingGiven {
  readonly key: string;
  readonly kind: TagKind.MANUAL | TagKind.MODEL;
  readonly source: string;
  readonly profiles: readonly { readonly profileId: string; readonly confidence: number }[];
}

/** A person that a call names, with the assignments of the tag that are on them. */
interface Carrier {
  readonly placed: PlacedProfile;
  readonly root: StoredProfile;
  readonly assigned: readonly StoredAssignment[];
}

/** What is done to the people of a call. */
interface Deed {
  /** What their data are used for. */
  readonly use: Use;
  /** Does it to some of them; how many are different then. */
  readonly act: (carriers: readonly Carrier[]) => Promise<number>;
}

/** Puts tags on people and takes them off: one by one, so that a profile that is refused keeps no other from it. */
export class TaggingService {
  constructor(
    private readonly tags: TagDefinitionStore,
    private readonly definitions: TagService,
    private readonly assignments: TagAssignmentStore,
    private readonly profiles: ProfileStore,
    private readonly accounts: OwnAccountsService,
    private readonly changes: ChangeLog,
  ) {}

  /**
   * Puts a tag on profiles, for as many days as its definition says. BAD_USER_INPUT where the tag is not put on people in
   * this way, or there are more than 10,000; NOT_FOUND where there is no such tag.
   */
  async assign(ctx: RequestContext, { key, kind, source, profiles }: TaggingGiven): Promise<BulkResult> {
    refuseTooMany(profiles.length, kind === TagKind.MODEL ? 'assignments' : 'profileIds');
    const tag = await this.definitions.get(ctx, key);
    refuseAssigning(tag.kind, kind);
    const use = kind === TagKind.MODEL ? 'PROFILING' : 'PROCESSING';
    const act = (carriers: readonly Carrier[]) => this.put(ctx, tag, source, carriers);
    const result = await this.each(ctx, tag, profiles, { use, act });
    const [now] = await this.tags.find(ctx, [idOf(tag._id)]);
    if (now?.state === 'KEPT') return result;
    await this.assignments.endAll(ctx, idOf(tag._id)); // it was deleted meanwhile
    throw notFound('The tag');
  }

  /** Takes a MANUAL or MODEL tag off profiles: off all accounts of each. */
  async remove(ctx: RequestContext, key: string, profileIds: readonly string[]): Promise<BulkResult> {
    refuseTooMany(profileIds.length, 'profileIds');
    const tag = await this.definitions.get(ctx, key);
    if (tag.kind === TagKind.RULE) refuseAssigning(tag.kind, TagKind.MANUAL);
    const given = profileIds.map((profileId) => ({ profileId, confidence: SURE }));
    return this.each(ctx, tag, given, { use: 'PROCESSING', act: (carriers) => this.takeOff(ctx, carriers) });
  }

  private async each(
    ctx: RequestContext,
    tag: StoredTag,
    given: readonly Omit<PlacedProfile, 'index'>[],
    deed: Deed,
  ): Promise<BulkResult> {
    const placed = given.map((one, index) => ({ ...one, index }));
    const met = new Set<string>();
    const tallies: Tally[] = [];
    for (let at = 0; at < placed.length; at += PIECE)
      tallies.push(await this.piece(ctx, tag, placed.slice(at, at + PIECE), { ...deed, met }));
    const { changed, unchanged, refused } = sumOf(tallies);
    return { changed, unchanged, refused: [...refused] };
  }

  /** Five commands and those of the act. Who is named twice, under whatever id, counts as changed once. */
  private async piece(
    ctx: RequestContext,
    tag: StoredTag,
    placed: readonly PlacedProfile[],
    { met, use, act }: Deed & { readonly met: Set<string> },
  ): Promise<Tally> {
    const { living } = await this.profiles.lead(
      ctx,
      placed.map(({ profileId }) => profileId),
    );
    const admitted = placed.map((one) => admit(ctx, use, one, living.get(one.profileId)));
    const refused = admitted.flatMap((one) => ('code' in one ? [one] : []));
    const open = admitted.flatMap((one) => ('code' in one ? [] : [one]));
    const fresh = open.filter(({ root }) => !met.has(root._id) && met.add(root._id));
    const carriers = await this.carriers(ctx, tag, fresh);
    const changed = await act(carriers);
    const gone = await this.refuseErased(ctx, carriers);
    // told of also where nothing changed: who was stopped before may have put it there and not told
    const told = carriers.filter(({ placed: { index } }) => !gone.some((one) => one.index === index));
    const about = { kind: 'UPDATED' as const, paths: [`${ASSIGNED}${tag.key}`], eventIds: [] };
    await this.changes.append(
      ctx,
      told.map(({ root: { _id, version } }) => ({ profileId: idOf(_id), version, ...about })),
    );
    const left = Math.max(0, changed - gone.length);
    return { changed: left, unchanged: open.length - left - gone.length, refused: [...refused, ...gone] };
  }

  private async carriers(ctx: RequestContext, tag: StoredTag, fresh: readonly Omit<Carrier, 'assigned'>[]) {
    const tagId = idOf(tag._id);
    const accounts = await Promise.all(
      fresh.map(({ root }) => this.accounts.ofOne(ctx, this.profiles.open(ctx, root).state)),
    );
    const open = await this.assignments.openOf(ctx, accounts.flat());
    return fresh.map((one, n): Carrier => {
      const own = (accounts[n] ?? []).flatMap((accountId) => open.get(accountId) ?? []);
      return { ...one, assigned: own.filter((row) => row.tagId === tagId) };
    });
  }

  /** The new assignment stands before the one it replaces is ended: who is stopped in between leaves the tag there. */
  private async put(
    ctx: RequestContext,
    tag: StoredTag,
    source: string,
    carriers: readonly Carrier[],
  ): Promise<number> {
    const { kind, key, ttlDays } = tag;
    const at = ctx.now();
    const changing = carriers.filter(({ placed: { confidence }, assigned }) => {
      return !isAsAssigned(noteOf(assigned, at), { kind, source, confidence, ttlDays });
    });
    const about = { tagId: idOf(tag._id), key, kind, source, at, expiresAt: expiryOf(at, ttlDays) };
    const rows = changing.map(({ root, placed: { confidence } }): NewAssignment => {
      return { ...about, confidence, accountId: accountIdOf(idOf(root._id)) };
    });
    await this.assignments.add(ctx, rows);
    const replaced = changing.flatMap(({ root, assigned }) =>
      assigned.filter(({ accountId }) => accountId === accountIdOf(idOf(root._id))),
    );
    await this.assignments.end(ctx, replaced, { ending: 'REPLACED', endedBy: source });
    return rows.length;
  }

  private async takeOff(ctx: RequestContext, carriers: readonly Carrier[]): Promise<number> {
    const at = ctx.now();
    const rows = carriers.flatMap(({ assigned }) => assigned);
    await this.assignments.end(ctx, rows, { ending: 'REMOVED', endedBy: ctx.principal.subject });
    return carriers.filter(({ assigned }) => assigned.some((row) => standsAt(row, at))).length;
  }

  /** Who was erased meanwhile: what was put on them must not stay. */
  private async refuseErased(ctx: RequestContext, carriers: readonly Carrier[]) {
    const { erased } = await this.profiles.lead(
      ctx,
      carriers.map(({ root }) => idOf(root._id)),
      { mergedInto: 1, erasedAt: 1 },
    );
    const gone = carriers.filter(({ root }) => erased.has(idOf(root._id)));
    const accountIds = gone.map(({ root }) => accountIdOf(idOf(root._id)));
    if (accountIds.length > 0) await this.assignments.erase(ctx, accountIds);
    return gone.map(({ placed }) => refusal(placed, 'NOT_FOUND'));
  }
}

/** A profile of a call whose tags this caller may change, or why not. */
function admit(ctx: RequestContext, use: Use, placed: PlacedProfile, root: StoredProfile | undefined) {
  if (!root || !isWithinReach(ctx, root)) return refusal(placed, 'NOT_FOUND');
  if (!mayBeUsed(root)) return refusal(placed, 'RESTRICTED');
  if (!isPartOpen(ctx, root, 'tags')) return refusal(placed, 'CONSENT_REQUIRED');
  return mayBeUsed(root, use) ? { placed, root } : refusal(placed, 'OBJECTED');
}
