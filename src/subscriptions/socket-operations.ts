import { randomUUID } from 'node:crypto';
import type { ApolloServer } from '@apollo/server';
import {
  type ExecutionArgs,
  type ExecutionResult,
  GraphQLError,
  type GraphQLFormattedError,
  type GraphQLSchema,
} from 'graphql';
import type { SubscribePayload } from 'graphql-ws';
import type { TrustedDocumentService } from '../documents/trusted-document.service.js';
import type { RequestContext } from '../platform/context.js';
import { badInput } from '../platform/errors.js';
import { DocumentGuard } from '../serving/document-guard.js';
import type { ServingContext, SocketOperation } from '../serving/serving-context.js';
import type { LiveSubscriptions } from './live-subscriptions.js';
import type { SocketSession } from './socket-session.js';
import { Subscriber } from './subscriber.js';
import { planSubscription } from './subscription-plan.js';

const MOST_OPERATIONS = 100;

/** An operation that was judged: the result of a query or mutation, or the subscription that follows. */
interface Judged extends ExecutionArgs {
  readonly outcome: ExecutionResult | Subscriber;
}

/** Runs the operations that come over sockets: queries and mutations as over HTTP, subscriptions live. */
export class SocketOperations {
  private readonly guard = new DocumentGuard();

  constructor(
    private readonly schema: GraphQLSchema,
    private readonly graphql: ApolloServer<ServingContext>,
    private readonly live: LiveSubscriptions,
    private readonly documents: Pick<TrustedDocumentService, 'textFor'>,
  ) {}

  /** Judges an operation and starts it; the errors its client is told where it may not run. */
  async start(
    session: SocketSession,
    id: string,
    payload: SubscribePayload,
    underWay: number,
  ): Promise<Judged | readonly GraphQLError[]> {
    const requestId = randomUUID();
    try {
      const context = await session.context(requestId);
      if (underWay > MOST_OPERATIONS)
        throw badInput('id', `at most ${MOST_OPERATIONS} operations run on one connection`);
      return await this.run(context, new Subscriber(session.writer, id, context.principal.subject), payload);
    } catch (error) {
      return [this.live.shown(error, requestId)];
    }
  }

  private async run(
    context: RequestContext,
    subscriber: Subscriber,
    { operationName, variables, ...asked }: SubscribePayload,
  ): Promise<Judged | readonly GraphQLError[]> {
    const query = await this.documents.textFor(context, asked);
    this.guard.check(query, operationName);
    const socket: { operation?: SocketOperation } = {};
    const { body } = await this.graphql.executeOperation(
      { query, operationName: operationName ?? undefined, variables: variables ?? undefined },
      { contextValue: { ...context, socket } },
    );
    if (body.kind !== 'single') throw new Error('Answers in parts are not served.');
    const { data, errors, extensions } = body.singleResult;
    const { operation: judged } = socket;
    if (!judged || (errors && !data)) return (errors ?? []).map(asError);
    const args = { schema: this.schema, document: judged.document, operationName };
    if (judged.operation.operation !== 'subscription')
      return { ...args, outcome: { data, errors: errors?.map(asError), extensions } };
    const plan = planSubscription(this.schema, context.principal, judged);
    await this.live.subscribe(context, plan, subscriber);
    return { ...args, outcome: subscriber };
  }
}

/** What runs an operation that was judged: the protocol's library asks for it. */
export function outcomeOf(args: ExecutionArgs): ExecutionResult | Subscriber {
  return (args as Judged).outcome;
}

/** An error that is shown already, as the protocol's library wants it. */
function asError({ message, locations, path, extensions }: GraphQLFormattedError): GraphQLError {
  return Object.assign(new GraphQLError(message, { path, extensions }), { locations });
}
