import { Arg, Ctx, Mutation, Resolver, registerEnumType } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import { Job } from '../jobs/job.entity.js';
import type { RequestContext } from '../platform/context.js';
import type { KeyRotationService } from './key-rotation.service.js';

export enum KeyKind {
  DATA = 'DATA',
  ACCOUNTS = 'ACCOUNTS',
  INDEX = 'INDEX',
}
registerEnumType(KeyKind, {
  name: 'KeyKind',
  description: 'Which of the keys.',
  valuesConfig: {
    DATA: { description: 'The key of the tenant, which wraps all others.' },
    ACCOUNTS: { description: 'The keys of all accounts, which seal them and their events, and those of all profiles.' },
    INDEX: { description: 'The key under which what people are looked up by is stored.' },
  },
});

/** The rotation of the caller's own tenant's keys. */
@Resolver()
export class KeyRotationResolver {
  constructor(private readonly rotations: KeyRotationService) {}

  @Allow('settings:manage')
  @Mutation(() => Job, {
    description:
      'Lets keys give way to fresh ones: starts a job of the kind `reseal`, which seals anew what was sealed under them, or `reindex`, which stores anew what is looked up under them; its result counts it.',
  })
  rotateKeys(@Ctx() ctx: RequestContext, @Arg('kind', () => KeyKind) kind: KeyKind): Promise<Job> {
    return this.rotations.rotate(ctx, kind);
  }
}
