import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import type { RequestContext } from '../platform/context.js';
import { Allow } from './allow.decorator.js';
import { ApiToken } from './api-token.entity.js';
import { ApiTokenInput } from './api-token.inputs.js';
import type { ApiTokenService } from './api-token.service.js';
import { ApiTokenPayload } from './api-token.view.js';

const LARGEST_PAGE = 100;
const DEFAULT_OVERLAP_MINUTES = 60;

/** The API tokens of the caller's tenant. */
@Resolver(() => ApiToken)
export class ApiTokenResolver {
  constructor(private readonly tokens: ApiTokenService) {}

  @Allow('settings:manage')
  @Query(() => [ApiToken], { description: 'The newest tokens, those expired or revoked among them.' })
  apiTokens(
    @Ctx() ctx: RequestContext,
    @Arg('first', () => Int, { nullable: true, defaultValue: LARGEST_PAGE, description: '1 to 100.' }) first:
      | number
      | null,
  ): Promise<ApiToken[]> {
    return this.tokens.list(ctx, first ?? LARGEST_PAGE);
  }

  @Allow('settings:manage')
  @Mutation(() => ApiTokenPayload, { description: 'Makes a token for a partner or for a channel that sends events.' })
  createApiToken(
    @Ctx() ctx: RequestContext,
    @Arg('input', () => ApiTokenInput) input: ApiTokenInput,
  ): Promise<ApiTokenPayload> {
    return this.tokens.create(ctx, input);
  }

  @Allow('settings:manage')
  @Mutation(() => ApiTokenPayload, {
    description:
      'Makes the successor of a token, with the same rights and an equal lifetime; the old one ends after the overlap.',
  })
  rotateApiToken(
    @Ctx() ctx: RequestContext,
    @Arg('id', () => ID) id: string,
    @Arg('overlapMinutes', () => Int, {
      nullable: true,
      defaultValue: DEFAULT_OVERLAP_MINUTES,
      description: 'Minutes for which both hold, 0 to 10080.',
    })
    overlapMinutes: number | null,
  ): Promise<ApiTokenPayload> {
    return this.tokens.rotate(ctx, id, overlapMinutes ?? DEFAULT_OVERLAP_MINUTES);
  }

  @Allow('settings:manage')
  @Mutation(() => ApiToken, { description: 'Ends a token: every process refuses it within two seconds.' })
  revokeApiToken(@Ctx() ctx: RequestContext, @Arg('id', () => ID) id: string): Promise<ApiToken> {
    return this.tokens.revoke(ctx, id);
  }
}
