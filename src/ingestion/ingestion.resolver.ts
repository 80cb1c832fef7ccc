import { Arg, Ctx, ID, Int, Mutation, Query, Resolver } from 'type-graphql';
import { Allow } from '../access/allow.decorator.js';
import type { RequestContext } from '../platform/context.js';
import { EventInput } from './ingestion.inputs.js';
import type { IngestionService } from './ingestion.service.js';
import { IngestResult, QuarantinedItemConnection, ReplayResult } from './ingestion.view.js';
import type { RawItem } from './observation.js';
import type { QuarantineService } from './quarantine.service.js';

/** The GraphQL door of ingestion, and the items any door refused. */
@Resolver()
export class IngestionResolver {
  constructor(
    private readonly ingestion: IngestionService,
    private readonly quarantine: QuarantineService,
  ) {}

  @Allow('events:write')
  @Mutation(() => IngestResult, {
    description:
      'Takes 1 to 5,000 events. Each is accepted, a duplicate by messageId, or refused and kept aside: one bad event does not hold up the others.',
  })
  ingest(
    @Ctx() ctx: RequestContext,
    @Arg('events', () => [EventInput], { description: '1 to 5,000.' }) events: EventInput[],
  ): Promise<IngestResult> {
    const items = events.map((input, index) => itemOf(input, index, ctx.principal.channel));
    return this.ingestion.ingest(ctx, items, { namespace: ctx.principal.namespace ?? null }) as Promise<IngestResult>;
  }

  @Allow('quarantine:manage')
  @Query(() => QuarantinedItemConnection, { description: 'What any door refused, newest first.' })
  quarantinedItems(
    @Ctx() ctx: RequestContext,
    @Arg('code', () => String, { nullable: true, description: 'Of this code alone, as INVALID_IDENTIFIER.' }) code:
      | string
      | null
      | undefined,
    @Arg('first', () => Int, { nullable: true, defaultValue: 20, description: '1 to 100.' }) first: number,
    @Arg('after', () => String, { nullable: true, description: 'A cursor of the same query.' }) after:
      | string
      | null
      | undefined,
  ): Promise<QuarantinedItemConnection> {
    return this.quarantine.list(ctx, code ?? null, first, after ?? null);
  }

  @Allow('quarantine:manage')
  @Mutation(() => ReplayResult, {
    description: 'Sends refused items through ingestion again: after settings changed, or a defect was mended.',
  })
  replayQuarantined(
    @Ctx() ctx: RequestContext,
    @Arg('ids', () => [ID], { description: '1 to 1,000.' }) ids: string[],
  ): Promise<ReplayResult> {
    return this.quarantine.replay(ctx, ids);
  }
}

/** An API token that is bound to a channel feeds that channel alone. */
function itemOf(input: EventInput, index: number, bound: string | undefined): RawItem {
  const item = { source: 'GRAPHQL', index, raw: input };
  if (bound === undefined || input.channel === bound) return { ...item, input };
  const message = `channel: must be ${bound}, the channel this token is made for`;
  return { ...item, refusal: { code: 'CHANNEL_NOT_ALLOWED', message, path: 'channel' } };
}
