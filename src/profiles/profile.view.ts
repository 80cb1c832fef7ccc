import { Field, Int, ObjectType } from 'type-graphql';
import { PageInfo } from '../platform/page.js';
import { Profile } from './profile.entity.js';

/** A profile in a list, with its place there. */
@ObjectType({ simpleResolvers: true, description: 'A profile in a list, with its place there.' })
export class ProfileEdge {
  @Field(() => String)
  cursor!: string;

  @Field(() => Profile)
  node!: Profile;
}

/** A page of profiles. */
@ObjectType({
  description: 'A page of profiles. totalCount is counted up to 10,000 and null where the caller may not know it.',
})
export class ProfileConnection {
  @Field(() => [ProfileEdge], { simple: true })
  edges!: ProfileEdge[];

  @Field(() => PageInfo, { simple: true })
  pageInfo!: PageInfo;

  @Field(() => Int, { nullable: true, description: 'Counted only when asked for, up to 10,000.' })
  totalCount?: number | null;

  @Field(() => Boolean, { description: 'False where there are more than 10,000, or where totalCount is withheld.' })
  totalCountIsExact?: boolean;

  /** Counts up to 10,001 when called; absent where the caller may not know. */
  count?: () => Promise<number>;
}
