import type { CatalogueService } from '../catalogue/catalogue.service.js';
import type { JobService } from '../jobs/job.service.js';
import type { JobKind } from '../jobs/job-kind.js';
import type { RequestContext } from '../platform/context.js';
import { AppError, badInput, hasCode } from '../platform/errors.js';
import { idOf, ulid } from '../platform/ids.js';
import { blindForGood } from '../platform/index-token.js';
import { rfmOf, tierKeysOf } from '../rfm/rfm-settings.js';
import { readRule } from '../rules/read-rule.rules.js';
import type { Rule } from '../rules/rule.js';
import type { RuleCatalogue } from '../rules/rule-catalogue.js';
import { comparableBy } from './comparable-classes.js';
import type { RuleInput } from './rule.inputs.js';
import { type Segment, SegmentKind } from './segment.entity.js';
import {
  lookedUpIn,
  MOST_SEGMENTS,
  namedIn,
  plainRule,
  readDescription,
  readName,
  refuseDeletion,
} from './segment.rules.js';
import type { SegmentService } from './segment.service.js';
import type { SegmentRule, SegmentStore, StoredSegment } from './segment.store.js';
import { refusePartner, requireSightOfAll } from './segment-rights.js';

const MOST_LOOKED_UP = 20;

/** What a definition is changed to; what is absent stays. */
export interface SegmentEdit {
  readonly name?: string | null;
  readonly description?: string | null;
  readonly rule?: RuleInput | null;
  readonly expectedVersion?: number | null;
}

/** What a rule was read to. */
export interface ReadSegmentRule {
  readonly rule: SegmentRule;
  readonly named: string[];
}

/** Makes, changes and deletes segments; whom a change concerns is found by a job that begins at once. */
export class SegmentEditingService {
  constructor(
    private readonly segments: SegmentStore,
    private readonly definitions: SegmentService,
    private readonly catalogue: CatalogueService,
    private readonly jobs: Pick<JobService, 'begin'>,
    private readonly evaluation: JobKind,
  ) {}

  /** A rule as it is read for this caller; BAD_USER_INPUT names the place of what is wrong in it. */
  async read(ctx: RequestContext, input: RuleInput, ownSegment: string | null = null): Promise<Rule> {
    refusePartner(ctx);
    return (await this.readRule(ctx, input, ownSegment)).rule.read;
  }

  /** Creates a segment whose members are whoever the rule holds for. */
  async create(ctx: RequestContext, name: string, description: string | null, input: RuleInput): Promise<Segment> {
    const { rule, named } = await this.readRule(ctx, input, null);
    return this.add(ctx, { name, description, kind: SegmentKind.DYNAMIC, named, rule });
  }

  /** Creates a segment whose members are listed; nobody is in it yet. */
  createStatic(ctx: RequestContext, name: string, description: string | null): Promise<Segment> {
    return this.add(ctx, { name, description, kind: SegmentKind.STATIC, named: [], rule: null });
  }

  /** Changes what is given; CONFLICT where the version that was expected is no longer the newest. */
  async update(ctx: RequestContext, id: string, edit: SegmentEdit): Promise<Segment> {
    requireSightOfAll(ctx);
    const stored = await this.definitions.get(ctx, id);
    if (edit.expectedVersion !== null && edit.expectedVersion !== undefined && edit.expectedVersion !== stored.version)
      throw overtaken(stored);
    if (edit.rule && stored.kind !== SegmentKind.DYNAMIC)
      throw badInput('rule', `is for DYNAMIC segments; this one is ${stored.kind}`);
    const read = edit.rule && (await this.readRule(ctx, edit.rule, id));
    const isChanged = await this.segments.change(ctx, stored, {
      ...(typeof edit.name === 'string' && { name: readName(edit.name) }),
      ...(edit.description !== undefined &&
        edit.description !== null && { description: readDescription(edit.description) }),
      ...(read && { named: read.named, rule: read.rule }),
    });
    if (!isChanged) throw overtaken(stored);
    await this.refuseCycle(ctx, stored);
    await this.changed(ctx);
    return this.definitions.show(ctx, await this.definitions.get(ctx, id));
  }

  /** Deletes a segment: its members leave it, then it is gone. CONFLICT where other rules name it. */
  async delete(ctx: RequestContext, id: string): Promise<boolean> {
    requireSightOfAll(ctx);
    const stored = await this.definitions.get(ctx, id);
    refuseDeletion(id, (await this.definitions.freshBook(ctx)).graph());
    if (!(await this.segments.change(ctx, stored, { deletedAt: ctx.now() }))) throw overtaken(stored);
    await this.changed(ctx);
    return true;
  }

  /** Two changes at the same moment may name each other: then both are taken back. */
  private async refuseCycle(ctx: RequestContext, before: StoredSegment): Promise<void> {
    try {
      await this.definitions.freshBook(ctx);
    } catch (error) {
      const rule = this.segments.ruleOf(ctx, before);
      const now = await this.definitions.get(ctx, idOf(before._id));
      if (hasCode(error, 'CONFLICT') && rule) await this.segments.change(ctx, now, { named: before.named, rule });
      throw error;
    }
  }

  private async add(
    ctx: RequestContext,
    segment: Pick<Segment, 'description' | 'kind' | 'named' | 'name'> & { rule: SegmentRule | null },
  ): Promise<Segment> {
    requireSightOfAll(ctx);
    const { entries } = await this.definitions.freshBook(ctx);
    if ([...entries.values()].filter(({ tag }) => !tag).length >= MOST_SEGMENTS)
      throw new AppError('CONFLICT', `A tenant has at most ${MOST_SEGMENTS} segments; delete one first.`);
    const now = ctx.now();
    const stored = await this.segments.add(ctx, {
      id: `seg_${ulid(now)}`,
      ...segment,
      name: readName(segment.name),
      description: readDescription(segment.description),
      version: 1,
      evaluatedVersion: segment.rule ? 0 : 1,
      evaluatedAt: segment.rule ? null : now,
      createdAt: now,
      updatedAt: now,
      deletedAt: null,
    });
    await this.changed(ctx);
    return this.definitions.show(ctx, stored);
  }

  private async changed(ctx: RequestContext): Promise<void> {
    await this.definitions.freshBook(ctx);
    await this.jobs.begin(ctx, this.evaluation, null);
  }

  /** As `read`, with what is stored beside it; `own` is the segment or tag whose rule it becomes. */
  async readRule(ctx: RequestContext, input: RuleInput, own: string | null): Promise<ReadSegmentRule> {
    const catalogue = await this.catalogueOf(ctx);
    const read = readRule(input, catalogue, own);
    noteLookUps(ctx, lookedUpIn(read));
    const rule = { input: plainRule(input) as unknown as RuleInput, read };
    return { rule, named: namedIn(read) };
  }

  private async catalogueOf(ctx: RequestContext): Promise<RuleCatalogue> {
    const { timeZone, currency, defaultRegion } = ctx.settings;
    const [observed, book] = [await this.catalogue.observed(ctx), await this.definitions.freshBook(ctx)];
    return {
      ...observed,
      tags: book.tagKeys,
      tiers: tierKeysOf(rfmOf(ctx.settings.rfm)),
      segments: book.graph(),
      locale: { timeZone, currency, region: defaultRegion },
      access: comparableBy(ctx),
    };
  }
}

/** Who sees masks and compares whole values looks people up: few at a time, and what was given is kept as keyed hashes. */
function noteLookUps({ access, keys, trail }: RequestContext, values: readonly string[]): void {
  if (!access.unseen.has('CORE')) return;
  if (values.length > MOST_LOOKED_UP)
    throw badInput(
      'rule',
      `compares ${values.length} values of class CORE; at most ${MOST_LOOKED_UP} are looked up at once`,
    );
  for (const value of values) {
    const given = blindForGood(keys, 'audit-identifier', 'search', value.toLowerCase());
    trail.acts.push({ action: 'searchByLookUp', subject: null, outcome: 'OK', details: { search: given } });
  }
}

function overtaken({ _id, version }: StoredSegment): AppError {
  return new AppError('CONFLICT', `${idOf(_id)} has changed since it was read; read it again.`, { version });
}
