import type { JobService } from '../jobs/job.service.js';
import type { JobKind } from '../jobs/job-kind.js';
import type { RequestContext, TenantContext } from '../platform/context.js';
import { AppError, hasCode } from '../platform/errors.js';
import { idOf } from '../platform/ids.js';
import type { RuleInput } from '../segments/rule.inputs.js';
import { refuseDeletion } from '../segments/segment.rules.js';
import type { SegmentService } from '../segments/segment.service.js';
import type { SegmentEditingService } from '../segments/segment-editing.service.js';
import { requireSightOfAll } from '../segments/segment-rights.js';
import { MOST_TAGS, readKey, readLabel, readTtlDays, refuseOtherKind } from './tag.rules.js';
import type { TagService } from './tag.service.js';
import type { TagAssignmentStore } from './tag-assignment.store.js';
import type { TagDefinition } from './tag-definition.entity.js';
import type { StoredTag, TagChange, TagDefinitionStore } from './tag-definition.store.js';
import { tagIdOf } from './tag-id.rules.js';
import type { TagKind } from './tag-kind.js';

/** What a tag is to be. */
export interface TagGiven {
  readonly key: string;
  readonly name: string;
  readonly category: string | null;
  readonly kind: TagKind;
  readonly rule: RuleInput | null;
  readonly ttlDays: number | null;
}

/** Adds tags to the catalogue, changes and deletes them; whom a rule concerns is found by a job that begins at once. */
export class TagEditingService {
  constructor(
    private readonly tags: TagDefinitionStore,
    private readonly assignments: TagAssignmentStore,
    private readonly definitions: TagService,
    private readonly segments: SegmentService,
    private readonly rules: SegmentEditingService,
    private readonly jobs: Pick<JobService, 'begin'>,
    private readonly evaluation: JobKind,
  ) {}

  /**
   * Adds a tag, or makes the one with this key what is given; its kind stays. BAD_USER_INPUT names the place of what is
   * wrong; CONFLICT where there are 1,000 tags, the kind is another, or the tag is being deleted; FORBIDDEN for tokens that
   * see some people alone.
   */
  async define(ctx: RequestContext, given: TagGiven): Promise<TagDefinition> {
    requireSightOfAll(ctx);
    const key = readKey(given.key);
    const id = tagIdOf(key);
    const [stored] = await this.tags.find(ctx, [id]);
    if (stored?.state === 'LEAVING')
      throw new AppError('CONFLICT', 'key: the tag with it is being deleted; define it once that is done.', {
        path: 'key',
      });
    if (stored?.state === 'KEPT') refuseOtherKind(stored.kind, given.kind);
    const change = await this.read(ctx, given, id);
    if (stored?.state !== 'KEPT') await this.makeRoom(ctx, id);
    const isWritten = stored ? await this.tags.change(ctx, stored, change) : await this.tags.add(ctx, id, key, change);
    if (!isWritten) throw overtaken();
    await this.refuseCycle(ctx, stored);
    if (change.rule) await this.jobs.begin(ctx, this.evaluation, null);
    return this.definitions.show(ctx, await this.definitions.get(ctx, key));
  }

  /** Deletes a tag: its carriers lose it, then it is gone; what was assigned stays as history. CONFLICT where rules name it. */
  async delete(ctx: RequestContext, key: string): Promise<boolean> {
    requireSightOfAll(ctx);
    const stored = await this.definitions.get(ctx, key);
    refuseDeletion(idOf(stored._id), (await this.segments.freshBook(ctx)).graph(), 'key');
    if (!(await this.tags.leave(ctx, stored))) throw overtaken();
    await this.segments.freshBook(ctx);
    await this.jobs.begin(ctx, this.evaluation, null);
    return true;
  }

  private async read(ctx: RequestContext, given: TagGiven, id: string): Promise<TagChange> {
    const { name, category, kind, ttlDays } = given;
    const plain = {
      name: readLabel(name, 'name'),
      category: category === null ? null : readLabel(category, 'category'),
      kind,
      ttlDays: readTtlDays(ttlDays, kind),
    };
    if (!given.rule) return { ...plain, rule: null, named: [] };
    return { ...plain, ...(await this.rules.readRule(ctx, given.rule, id)) };
  }

  /** For one more tag; an assignment that came as the last one with its key was deleted does not count for this one. */
  private async makeRoom(ctx: TenantContext, id: string): Promise<void> {
    const { tagKeys } = await this.segments.freshBook(ctx);
    if (tagKeys.size >= MOST_TAGS)
      throw new AppError('CONFLICT', `A tenant has at most ${MOST_TAGS} tags; delete one first.`);
    await this.assignments.endAll(ctx, id);
  }

  /** Two changes at the same moment may name each other: then this one is taken back. */
  private async refuseCycle(ctx: RequestContext, before: StoredTag | undefined): Promise<void> {
    try {
      await this.segments.freshBook(ctx);
    } catch (error) {
      const [now] = before ? await this.tags.find(ctx, [idOf(before._id)]) : [];
      if (hasCode(error, 'CONFLICT') && before && now) {
        const { name, category, kind, ttlDays, named } = before;
        const rule = this.tags.ruleOf(ctx, before);
        await this.tags.change(ctx, now, { name, category, kind, ttlDays, named, rule });
      }
      throw error;
    }
  }
}

function overtaken(): AppError {
  return new AppError('CONFLICT', 'key: the tag with it has changed meanwhile; try again.', { path: 'key' });
}
