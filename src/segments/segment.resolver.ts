import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import type { RequestContext } from '../platform/context.js';
import { After, First } from '../platform/page-args.js';
import { RuleInput } from './rule.inputs.js';
import { Segment } from './segment.entity.js';
import type { SegmentService } from './segment.service.js';
import { SegmentConnection } from './segment.view.js';
import type { SegmentEditingService } from './segment-editing.service.js';

/** Defining segments. */
@Resolver(() => Segment)
export class SegmentResolver {
  constructor(
    private readonly definitions: SegmentService,
    private readonly editing: SegmentEditingService,
  ) {}

  @Allow('segments:read')
  @Query(() => Segment, { nullable: true, description: 'One segment.' })
  segment(@Ctx() ctx: RequestContext, @Arg('id', () => ID) id: string): Promise<Segment | null> {
    return this.definitions.find(ctx, id);
  }

  @Allow('segments:read')
  @Query(() => SegmentConnection, { description: "The tenant's segments, newest first." })
  segments(
    @Ctx() ctx: RequestContext,
    @First(50) first: number,
    @After() after: string | null,
  ): Promise<SegmentConnection> {
    return this.definitions.list(ctx, first, after ?? null);
  }

  @Allow('segments:write')
  @Mutation(() => Segment, {
    description:
      'Creates a DYNAMIC segment: its members are whoever the rule holds for, from moment to moment. They are found by a job that begins at once; `evaluatedAt` tells when it is done.',
  })
  createSegment(
    @Ctx() ctx: RequestContext,
    @Arg('name', () => String) name: string,
    @Arg('description', () => String, { nullable: true }) description: string | null,
    @Arg('rule', () => RuleInput) rule: RuleInput,
  ): Promise<Segment> {
    return this.editing.create(ctx, name, description, rule);
  }

  @Allow('segments:write')
  @Mutation(() => Segment, {
    description: 'Changes what is given and leaves the rest; a new rule is evaluated anew for everyone.',
  })
  updateSegment(
    @Ctx() ctx: RequestContext,
    @Arg('id', () => ID) id: string,
    @Arg('name', () => String, { nullable: true }) name: string | null,
    @Arg('description', () => String, { nullable: true }) description: string | null,
    @Arg('rule', () => RuleInput, { nullable: true }) rule: RuleInput | null,
    @Arg('expectedVersion', () => Int, {
      nullable: true,
      description: 'The version last read: where it is no longer the newest, the answer is CONFLICT. Absent: no check.',
    })
    expectedVersion: number | null,
  ): Promise<Segment> {
    return this.editing.update(ctx, id, { name, description, rule, expectedVersion });
  }

  @Allow('segments:write')
  @Mutation(() => Boolean, {
    description: 'Deletes a segment with its memberships; CONFLICT where the rules of others name it.',
  })
  deleteSegment(@Ctx() ctx: RequestContext, @Arg('id', () => ID) id: string): Promise<boolean> {
    return this.editing.delete(ctx, id);
  }
}
