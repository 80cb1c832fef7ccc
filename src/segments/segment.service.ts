import { LRUCache } from 'lru-cache';
import type { RequestContext, TenantContext } from '../platform/context.js';
import { notFound } from '../platform/errors.js';
import { idOf, kindOfId } from '../platform/ids.js';
import { decodeCursor, encodeCursor, pageOf, pageSize } from '../platform/page.js';
import { isTagId } from '../tags/tag-id.rules.js';
import { shownRule } from './comparable-classes.js';
import type { DefinitionShelf, ShelvedDefinition } from './definition-shelf.js';
import type { Segment } from './segment.entity.js';
import { MOST_SEGMENTS } from './segment.rules.js';
import type { SegmentStore, StoredSegment } from './segment.store.js';
import type { SegmentConnection } from './segment.view.js';
import { type BookEntry, SegmentBook } from './segment-book.js';

const TENANTS_KEPT = 200;
/** For so long definitions are taken for what is stored: within two seconds every process sees a change. */
const BOOKS_KEPT_MS = 900;
const QUERY = 'segments';

/** The definitions of segments: as the API shows them, and, with those of tags, compiled for whoever evaluates them. */
export class SegmentService {
  private readonly books: LRUCache<string, SegmentBook, TenantContext>;

  constructor(
    private readonly segments: SegmentStore,
    private readonly tags: DefinitionShelf,
  ) {
    this.books = new LRUCache({
      max: TENANTS_KEPT,
      ttl: BOOKS_KEPT_MS,
      fetchMethod: (_key, before, { context }) => this.load(context, before),
      ignoreFetchAbort: true,
    });
  }

  /** A definition as the caller may see it; null where there is none. */
  find(ctx: RequestContext, id: string): Promise<Segment | null> {
    if (kindOfId(id) !== 'seg') return Promise.resolve(null);
    const loader = ctx.loaders.of<Segment>('segments', async (ids) => {
      const found = (await this.segments.find(ctx, ids)).filter(isKept);
      return new Map(found.map((stored) => [idOf(stored._id), this.show(ctx, stored)]));
    });
    return loader.load(id);
  }

  /** As stored, for a change of it; NOT_FOUND where there is none. */
  async get(ctx: TenantContext, id: string): Promise<StoredSegment> {
    const [found] = kindOfId(id) === 'seg' ? await this.segments.find(ctx, [id]) : [];
    if (!found || !isKept(found)) throw notFound('The segment');
    return found;
  }

  /** A page of definitions, the newest first. */
  async list(ctx: RequestContext, first: number, after: string | null): Promise<SegmentConnection> {
    const size = pageSize(first);
    const [at, id] = after ? decodeCursor(ctx, QUERY, after) : [];
    const place = after ? { createdAt: new Date(Number(at)), id: String(id) } : undefined;
    const rows = await this.segments.page(ctx, place, size + 1);
    const cursorOf = (row: StoredSegment) => encodeCursor(ctx, QUERY, [row.createdAt.getTime(), idOf(row._id)]);
    const { edges, pageInfo } = pageOf(rows, size, cursorOf, place !== undefined);
    return { pageInfo, edges: edges.map(({ cursor, node }) => ({ cursor, node: this.show(ctx, node) })) };
  }

  /** All segments and tags of the tenant, compiled; at most two seconds old. No command where they were read lately. */
  async book(ctx: TenantContext): Promise<SegmentBook> {
    const book = await this.books.fetch(bookKeyOf(ctx), { context: ctx });
    return book ?? new SegmentBook([], ctx.settings.timeZone);
  }

  /** As `book`, as they are stored now. */
  freshBook(ctx: TenantContext): Promise<SegmentBook> {
    this.books.delete(bookKeyOf(ctx));
    return this.book(ctx);
  }

  /** Notes for which versions, and as of when, everybody was evaluated. One command for segments, one for tags. */
  async evaluated(ctx: TenantContext, segments: readonly Pick<BookEntry, 'id' | 'version'>[], at: Date): Promise<void> {
    const [tags, others] = parted(segments, ({ id }) => isTagId(id));
    if (others.length > 0) await this.segments.evaluated(ctx, others, at);
    if (tags.length > 0) await this.tags.evaluated(ctx, tags, at);
    this.books.delete(bookKeyOf(ctx));
  }

  /** The segments and tags that are being deleted. Two commands. */
  async deleted(ctx: TenantContext): Promise<string[]> {
    return (await this.shelved(ctx)).filter((one) => !one.isKept).map(({ id }) => id);
  }

  /** Deletes definitions that nobody is a member of any more. Two commands at most. */
  async forget(ctx: TenantContext, ids: readonly string[]): Promise<void> {
    const [tags, others] = parted(ids, isTagId);
    await this.segments.remove(ctx, others);
    if (tags.length > 0) await this.tags.remove(ctx, tags);
  }

  /** A definition as the API shows it. */
  show(ctx: RequestContext, stored: StoredSegment): Segment {
    return { ...stored, id: idOf(stored._id), rule: shownRule(ctx, this.segments.ruleOf(ctx, stored)) };
  }

  private async load(ctx: TenantContext, before: SegmentBook | undefined): Promise<SegmentBook> {
    const kept = (await this.shelved(ctx)).filter((one) => one.isKept);
    const mark = JSON.stringify([ctx.settings.timeZone, kept]); // all but the rules, which change with their versions
    if (before?.mark === mark) return before; // compiled as it is
    const entries = kept.map(({ readRule, isKept: _, ...entry }) => ({ ...entry, rule: readRule() }));
    return new SegmentBook(entries, ctx.settings.timeZone, mark);
  }

  private async shelved(ctx: TenantContext): Promise<ShelvedDefinition[]> {
    const [segments, tags] = await Promise.all([this.segments.all(ctx, MOST_SEGMENTS * 2), this.tags.shelved(ctx)]);
    const own = segments.map((stored) => {
      const { _id, version, evaluatedVersion, named } = stored;
      const readRule = () => this.segments.ruleOf(ctx, stored)?.read ?? null;
      return { id: idOf(_id), tag: null, version, evaluatedVersion, named, isKept: isKept(stored), readRule };
    });
    return [...own, ...tags];
  }
}

/** Those that are of a kind, and the others. */
function parted<T>(all: readonly T[], isOfKind: (one: T) => boolean): [T[], T[]] {
  return [all.filter(isOfKind), all.filter((one) => !isOfKind(one))];
}

function isKept({ deletedAt }: Segment): boolean {
  return deletedAt === null;
}

function bookKeyOf({ tenantId, settings }: TenantContext): string {
  return `${tenantId} ${settings.timeZone}`;
}
