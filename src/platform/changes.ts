import { ASSIGNED, LIFECYCLE_PATH, RFM_PATH, SEGMENTS_PATH, TAGS_PATH } from './changed-paths.rules.js';
import type { TenantContext } from './context.js';
import type { Database, Stored } from './database.js';
import { Attribute, Collection } from './entity.js';
import { firstUlidAt, keyOf, ulid } from './ids.js';

/** What happened to a profile; a MARK tells of nothing: readers of the stream set it to see how far they have come. */
export type ChangeKind = 'CREATED' | 'UPDATED' | 'MERGED' | 'SPLIT' | 'ERASED' | 'MARK';

/** The partition of marks: no profile's. */
export const MARK_PARTITION = -1;

const STANDING_PATHS: ReadonlySet<string> = new Set([SEGMENTS_PATH, TAGS_PATH, LIFECYCLE_PATH, RFM_PATH]);

/** How many partitions profiles fall into. */
export const PARTITIONS = 64;
const DAYS_KEPT = 7;
const SECONDS_PER_DAY = 86_400;
/** Rows are looked through in spans of so long: one database reads all rows for each, another is not to take a minute. */
const SPAN_MS = 4 * SECONDS_PER_DAY * 1_000;

/** One change of a profile: the row that reactions and subscriptions follow. Never rewritten; gone after seven days. */
@Collection({
  collection: 'changes',
  indexes: [{ keys: { at: 1 }, options: { expireAfterSeconds: DAYS_KEPT * SECONDS_PER_DAY } }],
})
export class Change {
  @Attribute(() => String, { hidden: true, description: 'tenant:chg_ULID, in the order of time' })
  _id!: string;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => Number, {
    hidden: true,
    description: '0 to 63, by profile: a partition is worked through in order.',
  })
  partition!: number;

  @Attribute(() => String, { hidden: true })
  profileId!: string;

  @Attribute(() => String, { hidden: true })
  kind!: ChangeKind;

  @Attribute(() => Number, { hidden: true })
  version!: number;

  @Attribute(() => [String], { hidden: true, description: 'As `traits.phone`, `accounts`, `events`.' })
  paths!: string[];

  @Attribute(() => [String], { hidden: true, description: 'The events that came with it.' })
  eventIds!: string[];

  @Attribute(() => [String], {
    hidden: true,
    description: 'What it entered and left with it: ids of rows of the stream of memberships.',
  })
  turnIds?: string[];

  @Attribute(() => Date, { hidden: true })
  at!: Date;
}

/** What changed, as a service tells it. */
export type ProfileChanged = Pick<Change, 'profileId' | 'kind' | 'version' | 'paths' | 'eventIds' | 'turnIds'>;

/**
 * Whether a change tells of nothing but where a profile stands (its segments, tags, stage, tier): what follows from a
 * person's data is as it was.
 */
export function isAboutStandings({ paths }: Pick<Change, 'paths'>): boolean {
  return paths.length > 0 && paths.every((path) => STANDING_PATHS.has(path));
}

/** Whether a change tells of nothing but tags: those that a profile carries, or those that somebody put on it or took off. */
export function isAboutTags({ paths }: Pick<Change, 'paths'>): boolean {
  return paths.length > 0 && paths.every((path) => path === TAGS_PATH || path.startsWith(ASSIGNED));
}

/** The partition of a profile, 0 to 63. */
export function partitionOf(profileId: string): number {
  let sum = 0;
  for (const character of profileId.slice(-4)) sum = sum * 31 + character.charCodeAt(0);
  return sum % PARTITIONS;
}

/** The log of changes. */
export class ChangeLog {
  constructor(private readonly database: Database) {}

  /** Appends rows, each under its ULID where it has one: one that is there stays as it is. One command. */
  async append(ctx: TenantContext, changes: readonly (ProfileChanged & { readonly ulid?: string })[]): Promise<void> {
    const at = ctx.now();
    const rows = changes.map(({ ulid: own = ulid(at), ...change }) => ({
      _id: keyOf(ctx.tenantId, `chg_${own}`),
      tenantId: ctx.tenantId,
      partition: partitionOf(change.profileId),
      ...change,
      at,
    }));
    await this.database.insertNew(Change, rows as (Change & Stored)[]);
  }

  /** How many rows tell of these profiles, other than that they were erased. Three commands. */
  async count(ctx: TenantContext, profileIds: readonly string[]): Promise<number> {
    let count = 0;
    for (const filter of rowsOf(ctx, profileIds)) {
      count += await this.database.collection(Change).countDocuments(filter as object);
    }
    return count;
  }

  /** Deletes the rows that tell of these profiles, other than that they were erased. Three commands. */
  async erase(ctx: TenantContext, profileIds: readonly string[]): Promise<void> {
    for (const filter of rowsOf(ctx, profileIds)) await this.database.deleteMany(Change, filter);
  }
}

/** The rows of profiles, in spans of time: no index leads to them. */
function rowsOf(ctx: TenantContext, profileIds: readonly string[]): Record<string, unknown>[] {
  if (profileIds.length === 0) return [];
  const end = ctx.now().getTime() + SPAN_MS; // clocks of writers may be ahead
  const spans = Math.ceil((DAYS_KEPT * SECONDS_PER_DAY * 1_000 + SPAN_MS) / SPAN_MS);
  const keyAt = (at: number) => keyOf(ctx.tenantId, `chg_${firstUlidAt(new Date(at))}`);
  return Array.from({ length: spans }, (_, n) => ({
    _id: { $gte: keyAt(end - (n + 1) * SPAN_MS), $lt: keyAt(end - n * SPAN_MS) },
    profileId: { $in: [...profileIds] },
    kind: { $ne: 'ERASED' },
  }));
}
