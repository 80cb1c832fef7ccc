import { Arg, ID, Mutation, Query, Resolver } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import { notImplemented } from '../platform/errors.js';
import { PrivacyRequest, PrivacyRequestKind } from './privacy-request.entity.js';

/** What customers demand of their data. */
@Resolver()
export class PrivacyRequestResolver {
  @Allow('privacy:manage')
  @Query(() => PrivacyRequest, { nullable: true, description: "A customer's demand, and how far it has been met." })
  privacyRequest(@Arg('id', () => ID) _id: string): Promise<PrivacyRequest | null> {
    throw notImplemented('privacyRequest');
  }

  @Allow('privacy:manage')
  @Mutation(() => PrivacyRequest, {
    description: "Starts to meet a customer's demand, and returns at once. An ERASURE cannot be undone.",
  })
  requestPrivacy(
    @Arg('profileId', () => ID) _profileId: string,
    @Arg('kind', () => PrivacyRequestKind) _kind: PrivacyRequestKind,
    @Arg('reason', () => String, { description: 'For the audit log.' }) _reason: string,
    @Arg('dryRun', () => Boolean, {
      nullable: true,
      defaultValue: false,
      description: 'Counts what would be done, and changes nothing.',
    })
    _dryRun: boolean,
  ): Promise<PrivacyRequest> {
    throw notImplemented('requestPrivacy');
  }
}
