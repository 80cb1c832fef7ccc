import { Arg, ID, Resolver, Root, Subscription } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import { servedLive } from '../platform/live-source.js';
import { ResumeAfter } from '../platform/page-args.js';
import { ProfileChange } from './profile-change.view.js';

/** Following a profile as it changes. */
@Resolver()
export class ProfileChangeResolver {
  @Allow('profiles:read')
  @Subscription(() => ProfileChange, {
    subscribe: servedLive,
    description: 'Each change of one profile; of the one that survives, once it has merged.',
  })
  profileUpdated(
    @Root() change: ProfileChange,
    @Arg('id', () => ID) _id: string,
    @ResumeAfter() _after: string | null,
  ): ProfileChange {
    return change;
  }
}
