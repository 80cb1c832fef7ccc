import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, ID, Info, Int, Mutation, Query, Resolver, Root } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import { isClosed } from '../access/closed-fields.js';
import { withheldFields } from '../access/field-rules.js';
import type { RequestContext } from '../platform/context.js';
import { JSONValue } from '../platform/scalars.js';
import type { ManualTraitService } from './manual-trait.service.js';
import { Profile, Withheld, WithheldReason } from './profile.entity.js';
import { ProfileFilter, ProfileOrder } from './profile.inputs.js';
import type { ProfileListing, ProfileService } from './profile.service.js';
import { ProfileConnection } from './profile.view.js';

const MOST_COUNTED = 10_000;

/** Answers lists of profiles, those by a rule among them. */
interface ProfileLists {
  list(ctx: RequestContext, listing: ProfileListing): Promise<ProfileConnection>;
}

/** Profiles at the GraphQL edge. */
@Resolver(() => Profile)
export class ProfileResolver {
  constructor(
    private readonly profiles: ProfileService,
    private readonly manualTraits: ManualTraitService,
    private readonly lists: ProfileLists,
  ) {}

  @Allow('profiles:read')
  @Query(() => Profile, {
    nullable: true,
    description: 'The profile an id leads to, also one that merged into another since.',
  })
  profile(@Ctx() ctx: RequestContext, @Arg('id', () => ID) id: string): Promise<Profile | null> {
    return this.profiles.find(ctx, id);
  }

  @Allow('profiles:read')
  @FieldResolver(() => [Withheld], { description: 'What this caller may not see, and why.' })
  withheld(@Ctx() ctx: RequestContext, @Root() profile: Profile, @Info() info: GraphQLResolveInfo): Withheld[] {
    const byRole = withheldFields(info.parentType, info.schema, ctx.access);
    const relations = byRole.filter((path) => !isClosed(profile, path));
    return [...profile.withheld, ...relations.map((path) => ({ path, reason: WithheldReason.ROLE }))];
  }

  @Allow('profiles:list')
  @Query(() => ProfileConnection, { name: 'profiles', description: 'The profiles that a filter means, in an order.' })
  list(
    @Ctx() ctx: RequestContext,
    @Arg('filter', () => ProfileFilter, { nullable: true }) filter: ProfileFilter | null | undefined,
    @Arg('orderBy', () => ProfileOrder, { nullable: true, defaultValue: ProfileOrder.LAST_SEEN_DESC })
    orderBy: ProfileOrder,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20, description: '1 to 100.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'A cursor of the same query.' }) after:
      | string
      | null
      | undefined,
  ): Promise<ProfileConnection> {
    return this.lists.list(ctx, { filter, orderBy, first, after });
  }

  @Allow('identities:write')
  @Mutation(() => Profile, { description: 'A manual value that survives folding; null returns to the fold.' })
  setTrait(
    @Ctx() ctx: RequestContext,
    @Arg('profileId', () => ID) profileId: string,
    @Arg('trait', () => String, { description: 'A standard trait, or the name of a custom one.' }) trait: string,
    @Arg('value', () => JSONValue, { nullable: true }) value: unknown,
    @Arg('reason', () => String, { description: '1 to 1,000 characters.' }) reason: string,
  ): Promise<Profile> {
    return this.manualTraits.set(ctx, profileId, trait, value, reason);
  }
}

/** Counting a list of profiles, only when asked for. */
@Resolver(() => ProfileConnection)
export class ProfileConnectionResolver {
  @Allow('profiles:list')
  @FieldResolver(() => Int, { nullable: true })
  async totalCount(@Root() page: ProfileConnection): Promise<number | null> {
    return page.count ? Math.min(await page.count(), MOST_COUNTED) : null;
  }

  @Allow('profiles:list')
  @FieldResolver(() => Boolean)
  async totalCountIsExact(@Root() page: ProfileConnection): Promise<boolean> {
    return page.count ? (await page.count()) <= MOST_COUNTED : false;
  }
}
