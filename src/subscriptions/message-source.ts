import { execute, type GraphQLSchema } from 'graphql';
import { authorise } from '../access/document-rules.js';
import { shownInClear } from '../audit/clear-fields.js';
import type { SelectedFields } from '../audit/selected-fields.js';
import type { PlacedChange } from '../platform/change-ring.js';
import type { RequestContext } from '../platform/context.js';
import type { LiveQuery } from '../platform/live-source.js';
import type { RequestTrail } from '../platform/request-trail.js';
import type { ErrorFormat } from '../serving/error-format.js';
import { encodePosition, type MessagePosition } from './change-cursor.js';
import type { SubscriptionPlan } from './subscription-plan.js';

/** The messages of one change, as far as they can be told: the rest is not stored yet. */
export interface Messages {
  /** Ready to be sent, in order, each with its number among the change's messages. */
  readonly payloads: readonly { readonly number: number; readonly text: string }[];
  readonly isComplete: boolean;
  readonly topics: readonly string[];
  /** Fields of the schema that show values of class CORE in clear in these messages, as far as can be told. */
  readonly clear: readonly string[];
}

/** Turns changes into the messages of one subscription, for one kind of caller. */
export class MessageSource {
  /** What is shown of what a trail has noted so far. */
  private readonly shown = new WeakMap<RequestTrail, { readonly reads: number; readonly fields: readonly string[] }>();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly errors: ErrorFormat,
    readonly plan: SubscriptionPlan,
    private readonly query: LiveQuery,
    private readonly selected: SelectedFields,
  ) {}

  /**
   * The messages of a change that have not been sent: `sent` holds the numbers of those that were, and is added to.
   * `behind` is the cursor of each; absent, a message's own place. FORBIDDEN where the caller's rights have gone.
   */
  async read(
    ctx: RequestContext,
    placed: PlacedChange,
    sent: Set<number>,
    behind?: MessagePosition,
  ): Promise<Messages> {
    const { document, operationName } = this.plan;
    authorise(ctx, this.schema, document, operationName);
    const { values, topics = [] } = await this.query.read(ctx, placed.change);
    // cursors lead behind all messages before: what comes after one that is missing waits for it, save where `behind` is given
    const missing = values.indexOf(undefined);
    const isReady = (number: number) => behind !== undefined || missing < 0 || number < missing;
    const told = values.flatMap((value, number) =>
      value && isReady(number) && !sent.has(number) ? [{ value, number }] : [],
    );
    const payloads = await Promise.all(
      told.map(async ({ value, number }) => {
        const place = behind ?? placeOf(placed, number + 1 === values.length ? undefined : number + 1);
        return { number, text: await this.render(ctx, { ...value, cursor: encodePosition(ctx, place) }) };
      }),
    );
    values.forEach((value, number) => {
      if (value !== undefined && isReady(number)) sent.add(number);
    });
    return {
      payloads,
      topics,
      isComplete: !values.includes(undefined),
      clear: payloads.length > 0 ? this.clearIn(ctx) : [],
    };
  }

  /** Readers of one piece of changes share a context: what another's message had opened counts as well, too much rather than too little. */
  private clearIn({ trail }: RequestContext): readonly string[] {
    const known = this.shown.get(trail) ?? { reads: 0, fields: [] };
    if (trail.clearReads.length === known.reads) return known.fields;
    const { document, operationName, variables } = this.plan;
    const selected = this.selected.of({ document, operationName, variables: () => variables });
    const more = shownInClear(trail.clearReads.slice(known.reads), selected)?.fields ?? [];
    const fields = [...new Set([...known.fields, ...more])].sort();
    this.shown.set(trail, { reads: trail.clearReads.length, fields });
    return fields;
  }

  /** Executes the subscription's selection over one value, and serialises the result. */
  private async render(ctx: RequestContext, value: object): Promise<string> {
    const { document, operationName, variables } = this.plan;
    const { data, errors } = await execute({
      schema: this.schema,
      document,
      operationName,
      rootValue: value,
      contextValue: ctx,
      variableValues: variables,
    });
    return JSON.stringify({
      data,
      ...(errors && { errors: errors.map((error) => this.errors.show(error, ctx.requestId)) }),
    });
  }
}

function placeOf({ change, token }: PlacedChange, done: number | undefined): MessagePosition {
  return { changeKey: change._id, token, at: change.at, done };
}
