import {
  type ApolloServerPlugin,
  type GraphQLRequestContextDidResolveOperation,
  type GraphQLRequestContextWillSendResponse,
  type GraphQLRequestListener,
  type GraphQLResponse,
  HeaderMap,
} from '@apollo/server';
import { OperationTypeNode } from 'graphql';
import { type AppError, badInput } from '../platform/errors.js';
import { type Admission, type Admitted, toldCost } from './admission.js';
import type { ErrorFormat } from './error-format.js';
import type { IdempotencyService } from './idempotency.service.js';
import type { Hold } from './idempotency.store.js';
import type { KeptAnswer } from './idempotency-key.rules.js';
import { rateHeaders, refusalHeaders } from './rate-limit-headers.js';
import { callerOf, type ServingContext } from './serving-context.js';

/** What lets operations in. */
export interface AdmissionDependencies {
  readonly admission: Admission;
  readonly idempotency: Pick<IdempotencyService, 'begin' | 'end'>;
  readonly errors: ErrorFormat;
}

/** Puts `Admission` and Idempotency-Keys in front of what runs over HTTP. Stands behind the plugin that words errors. */
export function admissionPlugin(dependencies: AdmissionDependencies): ApolloServerPlugin<ServingContext> {
  return { requestDidStart: async () => new AdmissionListener(dependencies) };
}

/** One request on its way through the door. */
class AdmissionListener implements GraphQLRequestListener<ServingContext> {
  private admitted: Admitted | undefined;
  private hold: Hold | undefined;
  private answer: KeptAnswer | undefined;

  constructor(private readonly dependencies: AdmissionDependencies) {}

  async didResolveOperation(request: GraphQLRequestContextDidResolveOperation<ServingContext>): Promise<void> {
    try {
      await this.admit(request);
    } catch (error) {
      for (const [name, value] of Object.entries(refusalHeaders(error))) request.response.http.headers.set(name, value);
      throw this.dependencies.errors.refusal(error, request.contextValue.requestId);
    }
  }

  async responseForOperation(): Promise<GraphQLResponse | null> {
    if (!this.answer) return null;
    const headers = new HeaderMap([['idempotency-replayed', 'true']]);
    // the stored answer is one that this server gave
    const singleResult = this.answer as Extract<GraphQLResponse['body'], { kind: 'single' }>['singleResult'];
    return { http: { headers, status: undefined }, body: { kind: 'single', singleResult } };
  }

  async willSendResponse(request: GraphQLRequestContextWillSendResponse<ServingContext>): Promise<void> {
    const { body, http } = request.response;
    if (body.kind !== 'single') return;
    await this.endMutation(request, body.singleResult);
    if (!this.admitted) return;
    for (const [name, value] of Object.entries(rateHeaders(this.admitted.rate))) http.headers.set(name, value);
    body.singleResult = {
      ...body.singleResult,
      extensions: { ...body.singleResult.extensions, cost: toldCost(this.admitted) },
    };
  }

  private async admit(request: GraphQLRequestContextDidResolveOperation<ServingContext>): Promise<void> {
    const { document, operation, contextValue } = request;
    const { operationName, variables } = request.request;
    const { admission, idempotency } = this.dependencies;
    const caller = callerOf(contextValue);
    this.admitted = await admission.admit(caller, { document, operationName, variables });
    if (operation?.operation === OperationTypeNode.SUBSCRIPTION && !('socket' in contextValue)) throw overHttp();
    const key = request.request.http?.headers.get('idempotency-key');
    if (!caller || key === undefined || operation?.operation !== OperationTypeNode.MUTATION) return;
    const outcome = await idempotency.begin(caller, { key, query: request.source, operationName, variables });
    if ('hold' in outcome) this.hold = outcome.hold;
    else this.answer = outcome.answer;
  }

  /** The mutation ran, so its answer goes out, whatever becomes of keeping it. */
  private async endMutation({ contextValue }: { contextValue: ServingContext }, answer: KeptAnswer): Promise<void> {
    const caller = callerOf(contextValue);
    if (!this.hold || !caller) return;
    const { idempotency, errors } = this.dependencies;
    await idempotency
      .end(caller, this.hold, answer)
      .catch((error: unknown) => errors.logFailure(error, contextValue.requestId));
  }
}

function overHttp(): AppError {
  return badInput(
    'query',
    'subscriptions are served over WebSocket, at this path, in the protocol graphql-transport-ws',
  );
}
