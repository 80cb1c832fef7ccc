import { Arg, Ctx, ID, Mutation, Resolver } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import type { RequestContext } from '../platform/context.js';
import { BulkResult } from './bulk-result.view.js';
import { TagScoreInput } from './tag.inputs.js';
import { readConfidence, readSource } from './tag.rules.js';
import { TagKind } from './tag-kind.js';
import type { TaggingService } from './tagging.service.js';

/** Putting tags on profiles. */
@Resolver()
export class TaggingResolver {
  constructor(private readonly tagging: TaggingService) {}

  @Allow('segments:write')
  @Mutation(() => BulkResult, {
    description:
      'Puts a MANUAL tag on profiles, at most 10,000; each that is refused says why, and the others have it. Where it expires, it begins anew. It shows within a second.',
  })
  assignTag(
    @Ctx() ctx: RequestContext,
    @Arg('profileIds', () => [ID]) profileIds: string[],
    @Arg('key', () => String, { description: "The definition's key." }) key: string,
  ): Promise<BulkResult> {
    const profiles = profileIds.map((profileId) => ({ profileId, confidence: 1 }));
    return this.tagging.assign(ctx, { key, kind: TagKind.MANUAL, source: ctx.principal.subject, profiles });
  }

  @Allow('segments:write')
  @Mutation(() => BulkResult, {
    description: 'As assignTag, for a MODEL tag: each profile with how sure the model is.',
  })
  assignModelTag(
    @Ctx() ctx: RequestContext,
    @Arg('key', () => String, { description: "The definition's key." }) key: string,
    @Arg('source', () => String, { description: 'The model and its version, as `churn v3`.' }) source: string,
    @Arg('assignments', () => [TagScoreInput], { description: 'At most 10,000.' }) assignments: TagScoreInput[],
  ): Promise<BulkResult> {
    const profiles = assignments.map(({ profileId, confidence }, n) => {
      return { profileId, confidence: readConfidence(confidence, `assignments[${n}].confidence`) };
    });
    return this.tagging.assign(ctx, { key, kind: TagKind.MODEL, source: readSource(source), profiles });
  }

  @Allow('segments:write')
  @Mutation(() => BulkResult, { description: 'Takes a MANUAL or MODEL tag off profiles, at most 10,000.' })
  removeTag(
    @Ctx() ctx: RequestContext,
    @Arg('profileIds', () => [ID]) profileIds: string[],
    @Arg('key', () => String, { description: "The definition's key." }) key: string,
  ): Promise<BulkResult> {
    return this.tagging.remove(ctx, key, profileIds);
  }
}
