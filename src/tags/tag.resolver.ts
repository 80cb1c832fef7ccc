import { Arg, Ctx, FieldResolver, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import type { RequestContext } from '../platform/context.js';
import { After, First } from '../platform/page-args.js';
import { Profile } from '../profiles/profile.entity.js';
import { RuleInput } from '../segments/rule.inputs.js';
import { ProfileTag } from './profile-tag.entity.js';
import type { TagService } from './tag.service.js';
import { TagDefinitionConnection } from './tag.view.js';
import { TagDefinition } from './tag-definition.entity.js';
import type { TagEditingService } from './tag-editing.service.js';
import { TagKind } from './tag-kind.js';
import { TagRecord } from './tag-record.view.js';

const Key = () => Arg('key', () => String, { description: 'Names the tag in rules, filters and mutations.' });
const Name = () => Arg('name', () => String, { description: 'For people to read.' });
const Category = () => Arg('category', () => String, { nullable: true, description: 'Groups tags in the catalogue.' });
const TtlDays = () =>
  Arg('ttlDays', () => Int, {
    nullable: true,
    description:
      'Days that an assignment lasts, each 24 hours; absent: it does not expire. A change concerns later assignments.',
  });

/** The tag catalogue. */
@Resolver(() => TagDefinition)
export class TagResolver {
  constructor(
    private readonly tags: TagService,
    private readonly editing: TagEditingService,
  ) {}

  @Allow('segments:read')
  @Query(() => TagDefinitionConnection, { description: "The tenant's tag catalogue, by key." })
  tagDefinitions(
    @Ctx() ctx: RequestContext,
    @First(50) first: number,
    @After() after: string | null,
  ): Promise<TagDefinitionConnection> {
    return this.tags.list(ctx, first, after ?? null);
  }

  @Allow('segments:write')
  @Mutation(() => TagDefinition, {
    description:
      'Adds a tag to the catalogue, or changes the one with this key. With a rule it is a RULE tag, without one a MANUAL tag; CONFLICT where the tag with this key is of another kind.',
  })
  defineTag(
    @Ctx() ctx: RequestContext,
    @Key() key: string,
    @Name() name: string,
    @Category() category: string | null,
    @Arg('rule', () => RuleInput, { nullable: true, description: 'The tag stands wherever this holds.' })
    rule: RuleInput | null,
    @TtlDays() ttlDays: number | null,
  ): Promise<TagDefinition> {
    const kind = rule ? TagKind.RULE : TagKind.MANUAL;
    return this.editing.define(ctx, {
      key,
      name,
      category: category ?? null,
      kind,
      rule: rule ?? null,
      ttlDays: ttlDays ?? null,
    });
  }

  @Allow('segments:write')
  @Mutation(() => TagDefinition, {
    description: 'As defineTag, for a tag that a model puts on profiles, by assignModelTag.',
  })
  defineModelTag(
    @Ctx() ctx: RequestContext,
    @Key() key: string,
    @Name() name: string,
    @Category() category: string | null,
    @TtlDays() ttlDays: number | null,
  ): Promise<TagDefinition> {
    const plain = { key, name, category: category ?? null, ttlDays: ttlDays ?? null };
    return this.editing.define(ctx, { ...plain, kind: TagKind.MODEL, rule: null });
  }

  @Allow('segments:write')
  @Mutation(() => Boolean, {
    description:
      'Deletes a tag: those who carry it lose it; what was assigned stays in `tagHistory`. CONFLICT where rules of segments or other tags name it.',
  })
  deleteTag(@Ctx() ctx: RequestContext, @Key() key: string): Promise<boolean> {
    return this.editing.delete(ctx, key);
  }
}

/** The tags of a profile. */
@Resolver(() => Profile)
export class ProfileTagResolver {
  constructor(private readonly definitions: TagService) {}

  @Allow('segments:read')
  @FieldResolver(() => [ProfileTag], {
    nullable: true,
    description: 'The tags that stand on the profile now, at most 200, by key.',
  })
  tags(@Ctx() ctx: RequestContext, @Root() profile: Profile): Promise<ProfileTag[]> {
    return this.definitions.of(ctx, profile);
  }

  @Allow('segments:read')
  @FieldResolver(() => [TagRecord], {
    nullable: true,
    description:
      'When tags were put on the profile by people and models, and how that ended: the newest first. RULE tags are not among them.',
  })
  tagHistory(@Ctx() ctx: RequestContext, @Root() profile: Profile, @First(50) first: number): Promise<TagRecord[]> {
    return this.definitions.history(ctx, profile, first);
  }
}
