import { Arg, FieldResolver, ID, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import { notImplemented } from '../platform/errors.js';
import { After, First } from '../platform/page-args.js';
import { Profile } from '../profiles/profile.entity.js';
import { RuleInput } from '../segments/rule.inputs.js';
import { BulkResult } from './bulk-result.view.js';
import { ProfileTag } from './profile-tag.entity.js';
import { TagDefinitionConnection } from './tag.view.js';
import { TagDefinition } from './tag-definition.entity.js';

/** The tag catalogue, and the tags of a profile. */
@Resolver(() => Profile)
export class TagResolver {
  @Allow('segments:read')
  @FieldResolver(() => [ProfileTag], {
    nullable: true,
    description: 'The tags that stand on the profile now, at most 200.',
  })
  tags(@Root() _profile: Profile): ProfileTag[] | null {
    return null;
  }

  @Allow('segments:read')
  @Query(() => TagDefinitionConnection, { description: "The tenant's tag catalogue, by key." })
  tagDefinitions(@First(50) _first: number, @After() _after: string | null): Promise<TagDefinitionConnection> {
    throw notImplemented('tagDefinitions');
  }

  @Allow('segments:write')
  @Mutation(() => TagDefinition, {
    description:
      'Adds a tag to the catalogue, or changes the one with this key. With a rule it is a RULE tag, without one a MANUAL tag.',
  })
  defineTag(
    @Arg('key', () => String, { description: 'Names the tag in rules, filters and mutations.' }) _key: string,
    @Arg('name', () => String, { description: 'For people to read.' }) _name: string,
    @Arg('category', () => String, { nullable: true, description: 'Groups tags in the catalogue.' }) _category:
      | string
      | null,
    @Arg('rule', () => RuleInput, { nullable: true, description: 'The tag stands wherever this holds.' })
    _rule: RuleInput | null,
    @Arg('ttlDays', () => Int, {
      nullable: true,
      description: 'Days that an assignment lasts; absent: it does not expire.',
    })
    _ttlDays: number | null,
  ): Promise<TagDefinition> {
    throw notImplemented('defineTag');
  }

  @Allow('segments:write')
  @Mutation(() => BulkResult, { description: 'Puts a MANUAL tag on profiles.' })
  assignTag(
    @Arg('profileIds', () => [ID]) _profileIds: string[],
    @Arg('key', () => String, { description: "The definition's key." }) _key: string,
  ): Promise<BulkResult> {
    throw notImplemented('assignTag');
  }

  @Allow('segments:write')
  @Mutation(() => BulkResult, { description: 'Takes a MANUAL tag off profiles.' })
  removeTag(
    @Arg('profileIds', () => [ID]) _profileIds: string[],
    @Arg('key', () => String, { description: "The definition's key." }) _key: string,
  ): Promise<BulkResult> {
    throw notImplemented('removeTag');
  }
}
