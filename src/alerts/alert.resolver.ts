import { Arg, ID, Mutation, Query, Resolver, Root, Subscription } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import { notImplemented } from '../platform/errors.js';
import { First, ResumeAfter } from '../platform/page-args.js';
import { Alert } from './alert.entity.js';
import { AlertRaised } from './alert.view.js';

/** Metrics that left their bounds. */
@Resolver()
export class AlertResolver {
  @Allow('insights:read')
  @Query(() => [Alert], { description: 'Alerts, newest first.' })
  alerts(
    @Arg('acknowledged', () => Boolean, {
      nullable: true,
      defaultValue: false,
      description: 'Those that someone has acknowledged, or those still open.',
    })
    _acknowledged: boolean,
    @First(20) _first: number,
  ): Promise<Alert[]> {
    throw notImplemented('alerts');
  }

  @Allow('insights:write')
  @Mutation(() => Alert, { description: 'Marks an alert as seen; the first time counts.' })
  acknowledgeAlert(@Arg('id', () => ID) _id: string): Promise<Alert> {
    throw notImplemented('acknowledgeAlert');
  }

  @Allow('insights:read')
  @Subscription(() => AlertRaised, {
    subscribe: () => {
      throw notImplemented('alertRaised');
    },
    description: 'Each alert as it is raised.',
  })
  alertRaised(@Root() raised: AlertRaised, @ResumeAfter() _after: string | null): AlertRaised {
    return raised;
  }
}
