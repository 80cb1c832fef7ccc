import { Field, ID, ObjectType } from 'type-graphql';
import { JSONObject } from '../platform/scalars.js';
import { Profile } from '../profiles/profile.entity.js';

/** What a merge or unmerge would change. */
@ObjectType({ simpleResolvers: true, description: 'What a merge or unmerge would change; nothing is changed.' })
export class RestitchPreview {
  @Field(() => [JSONObject], {
    description:
      'The profiles that would gain or lose accounts, as they are: id, traits, identifiers, accountIds (at most 1,000), accountCount, mergedIds, firstSeenAt, lastSeenAt, recentEvents (how many, at most 20), withheld.',
  })
  before!: Record<string, unknown>[];

  @Field(() => [JSONObject], { description: 'The profiles as they would be, in the same form.' })
  after!: Record<string, unknown>[];

  @Field(() => [ID], { description: 'Segments that would gain a member.' })
  segmentsEntered!: string[];

  @Field(() => [ID], { description: 'Segments that would lose a member.' })
  segmentsExited!: string[];

  @Field(() => [String], { description: 'What to think about before doing it, for people to read.' })
  warnings!: string[];
}

/** What came of an unmerge. */
@ObjectType({ simpleResolvers: true, description: 'What came of an unmerge.' })
export class UnmergePayload {
  @Field(() => [Profile], { description: 'The profiles that the one was divided into.' })
  profiles!: Profile[];
}
