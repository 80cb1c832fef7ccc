import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Info, Int, Mutation, Query, Resolver } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import type { RequestContext } from '../platform/context.js';
import { TrustedDocument } from './trusted-document.entity.js';
import type { TrustedDocumentService } from './trusted-document.service.js';

const LARGEST_PAGE = 100;
const PARTNER = 'The name of a partner, or the id of one of its tokens.';

/** The documents that API tokens of the caller's tenant may run. */
@Resolver(() => TrustedDocument)
export class TrustedDocumentResolver {
  constructor(private readonly documents: TrustedDocumentService) {}

  @Allow('settings:manage')
  @Query(() => [TrustedDocument], { description: "A partner's documents, in the order of their hashes." })
  trustedDocuments(
    @Ctx() ctx: RequestContext,
    @Arg('partner', () => String, { description: PARTNER }) partner: string,
    @Arg('first', () => Int, { nullable: true, defaultValue: LARGEST_PAGE, description: '1 to 100.' }) first:
      | number
      | null,
    @Arg('after', () => String, { nullable: true, description: 'The hash of the last one seen.' }) after: string | null,
  ): Promise<TrustedDocument[]> {
    return this.documents.list(ctx, partner, first ?? LARGEST_PAGE, after ?? '');
  }

  @Allow('settings:manage')
  @Mutation(() => [TrustedDocument], {
    description:
      'Registers documents for a partner: at most 100 a call and 1,000 a partner, of 32 kB each. Where the setting trustedDocumentsOnly is on, its tokens run no others.',
  })
  registerTrustedDocuments(
    @Ctx() ctx: RequestContext,
    @Info() info: GraphQLResolveInfo,
    @Arg('partner', () => String, { description: PARTNER }) partner: string,
    @Arg('documents', () => [String]) documents: string[],
  ): Promise<TrustedDocument[]> {
    return this.documents.register(ctx, info.schema, partner, documents);
  }

  @Allow('settings:manage')
  @Mutation(() => Int, { description: 'Takes documents away from a partner; says how many there were.' })
  removeTrustedDocuments(
    @Ctx() ctx: RequestContext,
    @Arg('partner', () => String, { description: PARTNER }) partner: string,
    @Arg('sha256', () => [String], { description: 'At most 100.' }) sha256: string[],
  ): Promise<number> {
    return this.documents.remove(ctx, partner, sha256);
  }
}
