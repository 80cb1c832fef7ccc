import type { RequestContext, TenantContext } from '../platform/context.js';
import { notFound } from '../platform/errors.js';
import { idOf, kindOfId } from '../platform/ids.js';
import { decodeCursor, encodeCursor, pageOf, pageSize } from '../platform/page.js';
import type { OwnAccountsService } from '../profiles/own-accounts.service.js';
import type { Profile } from '../profiles/profile.entity.js';
import type { ProfileStore } from '../profiles/profile.store.js';
import { shownRule } from '../segments/comparable-classes.js';
import type { SegmentService } from '../segments/segment.service.js';
import { endOf, standsAt } from './assignment.rules.js';
import type { ProfileTag } from './profile-tag.entity.js';
import { readKey } from './tag.rules.js';
import type { TagDefinitionConnection } from './tag.view.js';
import type { StoredAssignment, TagAssignmentStore } from './tag-assignment.store.js';
import type { TagDefinition } from './tag-definition.entity.js';
import type { StoredTag, TagDefinitionStore } from './tag-definition.store.js';
import { tagIdOf } from './tag-id.rules.js';
import type { TagEnd, TagRecord } from './tag-record.view.js';

const QUERY = 'tagDefinitions';

/** The catalogue of tags, and those of a profile, as callers may see them. */
export class TagService {
  constructor(
    private readonly tags: TagDefinitionStore,
    private readonly assignments: TagAssignmentStore,
    private readonly segments: SegmentService,
    private readonly profiles: ProfileStore,
    private readonly accounts: OwnAccountsService,
  ) {}

  /** A definition as the caller may see it; null where the catalogue has none. */
  async find(ctx: RequestContext, id: string): Promise<TagDefinition | null> {
    const [stored] = kindOfId(id) === 'tag' ? await this.tags.find(ctx, [id]) : [];
    return stored?.state === 'KEPT' ? this.show(ctx, stored) : null;
  }

  /** As stored, by key; NOT_FOUND where the catalogue has none. */
  async get(ctx: TenantContext, key: string): Promise<StoredTag> {
    const [stored] = await this.tags.find(ctx, [tagIdOf(readKey(key))]);
    if (stored?.state !== 'KEPT') throw notFound('The tag');
    return stored;
  }

  /** A page of the catalogue, in the order of keys. */
  async list(ctx: RequestContext, first: number, after: string | null): Promise<TagDefinitionConnection> {
    const size = pageSize(first);
    const place = after === null ? undefined : String(decodeCursor(ctx, QUERY, after)[0]);
    const rows = await this.tags.page(ctx, place, size + 1);
    const { edges, pageInfo } = pageOf(rows, size, ({ key }) => encodeCursor(ctx, QUERY, [key]), place !== undefined);
    return { pageInfo, edges: edges.map(({ cursor, node }) => ({ cursor, node: this.show(ctx, node) })) };
  }

  /** A definition as the API shows it. */
  show(ctx: RequestContext, stored: StoredTag): TagDefinition {
    return { ...stored, id: idOf(stored._id), rule: shownRule(ctx, this.tags.ruleOf(ctx, stored)) };
  }

  /**
   * The tags that stand on a profile, a moment behind its standing, by key. No command where it has none, or the
   * definitions were read lately.
   */
  async of(ctx: RequestContext, { tagNotes = [] }: Profile): Promise<ProfileTag[]> {
    if (tagNotes.length === 0) return [];
    const { entries } = await this.segments.book(ctx);
    const standing = tagNotes.filter((note) => standsAt(note, ctx.now()));
    return standing
      .flatMap(({ tagId, at, ...note }): ProfileTag[] => {
        const tag = entries.get(tagId)?.tag;
        return tag ? [{ ...tag, ...note, assignedAt: at }] : [];
      })
      .sort((a, b) => (a.key < b.key ? -1 : 1));
  }

  /** When tags were put on a profile and how that ended, the newest first; tags that stand by rules are not among them. */
  async history(ctx: RequestContext, { id }: Profile, first: number): Promise<TagRecord[]> {
    const size = pageSize(first);
    const stored = (await this.profiles.resolve(ctx, [id])).get(id);
    if (!stored) return [];
    const accountIds = await this.accounts.ofOne(ctx, this.profiles.open(ctx, stored).state);
    const rows = await this.assignments.history(ctx, accountIds, size);
    const known = await this.tags.find(ctx, [...new Set(rows.map(({ tagId }) => tagId))]);
    const names = new Map(known.map(({ _id, name }) => [idOf(_id), name]));
    return rows.map((row) => recordOf(row, names.get(row.tagId) ?? row.key, ctx.now()));
  }
}

function recordOf(row: StoredAssignment, name: string, now: Date): TagRecord {
  const { key, kind, source, confidence, at, expiresAt, endedBy } = row;
  const end = endOf(row, now);
  return {
    key,
    name,
    kind,
    source,
    confidence,
    assignedAt: at,
    expiresAt,
    endedAt: end?.at ?? null,
    end: (end?.end as TagEnd | undefined) ?? null,
    endedBy: end?.end === 'EXPIRED' ? null : endedBy,
  };
}
