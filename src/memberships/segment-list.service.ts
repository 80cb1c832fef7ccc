import { Readable } from 'node:stream';
import type { ChangeLog } from '../platform/changes.js';
import type { RequestContext } from '../platform/context.js';
import { badInput } from '../platform/errors.js';
import { csvTable, type TableRow } from '../platform/files/csv-table.js';
import { openSource } from '../platform/files/file-source.js';
import { idOf } from '../platform/ids.js';
import type { ProfileStore } from '../profiles/profile.store.js';
import type { StoredProfile } from '../profiles/profile-document.js';
import { accountIdOf, profileIdOf } from '../profiles/profile-id.rules.js';
import { isWithinReach } from '../profiles/profile-view.js';
import { type Segment, SegmentKind } from '../segments/segment.entity.js';
import type { SegmentService } from '../segments/segment.service.js';
import type { SegmentEditingService } from '../segments/segment-editing.service.js';
import { requireSightOfAll } from '../segments/segment-rights.js';
import type { BulkResult } from '../tags/bulk-result.view.js';
import { ListChange } from './list-change.js';
import type { ListedMemberStore } from './listed-member.store.js';
import { idsOfRows, MOST_A_CALL, type PlacedId, placedIds, refuseUnknown } from './segment-list.rules.js';

const PIECE = 500;

/** Who is given for a list: ids, or a CSV with a column `profileId`. */
export interface ListGiven {
  readonly profileIds?: readonly string[] | null;
  readonly csv?: string | null;
}

/** Keeps the lists of STATIC segments: all of a call is taken, or nothing. */
export class SegmentListService {
  constructor(
    private readonly segments: SegmentService,
    private readonly editing: SegmentEditingService,
    private readonly lists: ListedMemberStore,
    private readonly profiles: ProfileStore,
    private readonly changes: ChangeLog,
  ) {}

  /** Creates a segment out of the profiles given; BAD_USER_INPUT names those that are not known. */
  async create(ctx: RequestContext, name: string, description: string | null, profileIds: readonly string[]) {
    const members = await this.known(ctx, placedIds(profileIds));
    const segment = await this.editing.createStatic(ctx, name, description);
    await this.put(ctx, segment, members);
    return segment;
  }

  /** Changes who is on a list; repeating it changes nothing. */
  async change(ctx: RequestContext, id: string, given: ListGiven, change: ListChange): Promise<BulkResult> {
    requireSightOfAll(ctx);
    const segment = await this.segments.get(ctx, id);
    if (segment.kind !== SegmentKind.STATIC)
      throw badInput('id', `names a segment that is ${segment.kind}; lists are for STATIC ones`);
    const members = await this.known(ctx, await idsOf(given));
    const before = new Set(await this.lists.listed(ctx, id, MOST_A_CALL * 10));
    const wanted = new Set(members.map(({ _id }) => accountIdOf(idOf(_id))));
    const anchored = [...wanted];
    const added = change === ListChange.REMOVE ? [] : anchored.filter((account) => !before.has(account));
    const removed = await this.leaving(ctx, members, { before, wanted, change });
    await this.put(
      ctx,
      { id },
      members.filter(({ _id }) => added.includes(accountIdOf(idOf(_id)))),
    );
    await this.takeOff(ctx, id, removed);
    const changed = added.length + removed.length;
    return { changed, unchanged: Math.max(0, anchored.length - changed), refused: [] };
  }

  /** The accounts that leave a list: of a person all that are on it. */
  private async leaving(
    ctx: RequestContext,
    members: readonly StoredProfile[],
    { before, wanted, change }: { before: ReadonlySet<string>; wanted: ReadonlySet<string>; change: ListChange },
  ): Promise<string[]> {
    if (change === ListChange.APPEND) return [];
    if (change === ListChange.REPLACE) return [...before].filter((account) => !wanted.has(account));
    const own = new Set(members.map(({ _id }) => _id));
    const leaving: string[] = [];
    const all = [...before];
    for (let at = 0; at < all.length; at += PIECE) {
      const ids = all.slice(at, at + PIECE).map(profileIdOf);
      const roots = await this.profiles.resolve(ctx, ids);
      leaving.push(...ids.filter((id) => own.has(roots.get(id)?._id ?? '')).map(accountIdOf));
    }
    return leaving;
  }

  private async put(
    ctx: RequestContext,
    { id }: Pick<Segment, 'id'>,
    members: readonly StoredProfile[],
  ): Promise<void> {
    for (let at = 0; at < members.length; at += PIECE) {
      const piece = members.slice(at, at + PIECE);
      await this.lists.add(
        ctx,
        id,
        piece.map(({ _id }) => accountIdOf(idOf(_id))),
      );
      await this.tell(ctx, piece);
    }
  }

  private async takeOff(ctx: RequestContext, id: string, accountIds: readonly string[]): Promise<void> {
    for (let at = 0; at < accountIds.length; at += PIECE) {
      const piece = accountIds.slice(at, at + PIECE);
      await this.lists.remove(ctx, id, piece);
      const roots = await this.profiles.resolve(ctx, piece.map(profileIdOf));
      await this.tell(ctx, [...new Map([...roots.values()].map((root) => [root._id, root])).values()]);
    }
  }

  /** Lets memberships be looked at again. */
  private tell(ctx: RequestContext, profiles: readonly StoredProfile[]): Promise<void> {
    return this.changes.append(
      ctx,
      profiles.map(({ _id, version }) => {
        return { profileId: idOf(_id), kind: 'UPDATED' as const, version, paths: ['lists'], eventIds: [] };
      }),
    );
  }

  /** The living profiles that ids lead to, each once; BAD_USER_INPUT where one leads nowhere that the caller may see. */
  private async known(ctx: RequestContext, given: readonly PlacedId[]): Promise<StoredProfile[]> {
    const found = new Map<string, StoredProfile>();
    for (let at = 0; at < given.length; at += PIECE) {
      const ids = given.slice(at, at + PIECE).map(({ id }) => id);
      for (const [id, stored] of await this.profiles.resolve(ctx, ids))
        if (isWithinReach(ctx, stored)) found.set(id, stored);
    }
    refuseUnknown(given, (id) => found.has(id));
    return [...new Map([...found.values()].map((stored) => [stored._id, stored])).values()];
  }
}

async function idsOf({ profileIds, csv }: ListGiven): Promise<PlacedId[]> {
  if ((csv ?? null) === null && profileIds) return placedIds(profileIds);
  if (typeof csv !== 'string' || profileIds) throw badInput('profileIds', 'give either this or csv');
  const { header, rows } = await csvTable(await openSource(Readable.from([Buffer.from(csv)]), 'list.csv'));
  const read: TableRow[] = [];
  for await (const row of rows) {
    if (row.refusal) throw badInput(`csv line ${row.line}`, row.refusal.message);
    if (read.push(row) > MOST_A_CALL) throw badInput('csv', `may list at most ${MOST_A_CALL} profiles`);
  }
  return idsOfRows(header, read);
}
