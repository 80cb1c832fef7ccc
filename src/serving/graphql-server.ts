import {
  ApolloServer,
  type ApolloServerOptionsWithGateway,
  type ApolloServerPlugin,
  type GraphQLRequestContextResponseForOperation,
  type GraphQLRequestContextWillSendResponse,
  type GraphQLRequestListener,
  HeaderMap,
} from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { type GraphQLError, type GraphQLSchema, OperationTypeNode } from 'graphql';
import type { Logger } from 'pino';
import { withoutQuotations } from '../platform/logger.js';
import type { Execution } from './audited-execution.js';
import { MOST_TOKENS } from './document-limits.js';
import type { ErrorFormat } from './error-format.js';
import type { ServingContext } from './serving-context.js';
import { variableErrors, withoutLiterals } from './value-faults.js';

const MOST_VALIDATION_ERRORS = 20;

/** What the server runs operations with. */
export interface GraphqlServerParts {
  /** In this order. */
  readonly plugins: readonly ApolloServerPlugin<ServingContext>[];
  readonly execution: Pick<Execution, 'execute'>;
}

/** Apollo Server over a schema, with plugins that judge documents before they run, and watch; errors are shown in Tributary's form. */
export async function startGraphqlServer(
  schema: GraphQLSchema,
  errors: ErrorFormat,
  logger: Logger,
  { plugins, execution }: GraphqlServerParts,
): Promise<ApolloServer<ServingContext>> {
  const server = new ApolloServer<ServingContext>({
    gateway: gatewayOf(schema, execution),
    nodeEnv: 'production',
    introspection: true, // by right: admission refuses whoever has no token
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    stopOnTerminationSignals: false,
    parseOptions: { maxTokens: MOST_TOKENS },
    validationOptions: { maxErrors: MOST_VALIDATION_ERRORS },
    stringifyResult: (result) => JSON.stringify(result),
    logger: quietLogger(logger),
    plugins: [
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
      servingPlugin(errors),
      ...plugins,
    ],
  });
  await server.start();
  return server;
}

/** Apollo Server's way of taking an executor: a gateway, here one that serves a single schema and never changes it. */
function gatewayOf(
  schema: GraphQLSchema,
  execution: Pick<Execution, 'execute'>,
): ApolloServerOptionsWithGateway<ServingContext>['gateway'] {
  return {
    onSchemaLoadOrUpdate: (tell) => {
      tell({ apiSchema: schema, coreSupergraphSdl: '' });
      return () => undefined;
    },
    load: async () => ({
      executor: ({ document, request, context }) =>
        execution.execute({
          document,
          operationName: request.operationName,
          contextValue: context,
          variableValues: request.variables,
        }),
    }),
    stop: async () => undefined,
  };
}

function servingPlugin(errors: ErrorFormat): ApolloServerPlugin<ServingContext> {
  const listener: GraphQLRequestListener<ServingContext> = {
    responseForOperation: async (request) => followed(request),
    willSendResponse: async (request) => showErrors(request, errors),
  };
  return {
    requestDidStart: async () => listener,
    unexpectedErrorProcessingRequest: async ({ requestContext, error }) =>
      errors.logFailure(error, requestContext.contextValue.requestId),
  };
}

/** Tells a socket which operation it was; a subscription is not executed here but followed. */
function followed({
  contextValue,
  document,
  operation,
  request,
}: GraphQLRequestContextResponseForOperation<ServingContext>) {
  if (!('socket' in contextValue) || !operation) return null;
  const { operationName, variables = {} } = request;
  contextValue.socket.operation = { document, operation, operationName, variables };
  if (operation.operation !== OperationTypeNode.SUBSCRIPTION) return null;
  return { http: { headers: new HeaderMap() }, body: { kind: 'single' as const, singleResult: { data: {} } } };
}

function showErrors(request: GraphQLRequestContextWillSendResponse<ServingContext>, errors: ErrorFormat): void {
  const { body } = request.response;
  if (!request.errors?.length || body.kind !== 'single') return;
  const { requestId } = request.contextValue;
  body.singleResult.errors = withoutGivenValues(request, request.errors).map((error) => errors.show(error, requestId));
}

/** The errors of a request, those that quote a value of the client's put in other words. */
function withoutGivenValues(
  { schema, document, operation, request }: GraphQLRequestContextWillSendResponse<ServingContext>,
  errors: readonly GraphQLError[],
): readonly GraphQLError[] {
  const [first] = errors;
  const { code, requestId } = first?.extensions ?? {};
  if (requestId !== undefined) return errors;
  if (code === 'GRAPHQL_VALIDATION_FAILED' && document) return withoutLiterals(schema, document, errors);
  const isAboutVariables = code === 'BAD_USER_INPUT' && first?.path === undefined && operation;
  return isAboutVariables ? variableErrors(schema, operation, request.variables ?? {}) : errors;
}

/** What Apollo Server has to say, without what it quotes: it writes error texts, which may hold personal data. */
function quietLogger(logger: Logger) {
  const at = (level: 'debug' | 'info' | 'warn' | 'error') => (message?: unknown) =>
    logger[level]({ component: 'graphql' }, withoutQuotations(firstLineOf(message)));
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}

/** What follows the first line is the document, whose comments and values are the client's. */
function firstLineOf(message: unknown): string {
  return String(message).split('\n', 1)[0] ?? '';
}
