import {
  ApolloServer,
  type ApolloServerOptionsWithGateway,
  type ApolloServerPlugin,
  type GraphQLRequestContextDidResolveOperation,
  type GraphQLRequestContextWillSendResponse,
  type GraphQLRequestListener,
} from '@apollo/server';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { type GraphQLError, type GraphQLSchema, OperationTypeNode } from 'graphql';
import type { Logger } from 'pino';
import { authorise } from '../access/document-rules.js';
import { notImplemented } from '../platform/errors.js';
import { withoutQuotations } from '../platform/logger.js';
import { CompiledExecution } from './compiled-execution.js';
import type { ErrorFormat } from './error-format.js';
import { callerOf, type ServingContext } from './serving-context.js';
import { variableErrors, withoutLiterals } from './value-faults.js';

const MOST_TOKENS = 10_000;
const MOST_VALIDATION_ERRORS = 20;

/** Apollo Server over a schema: authorises each document before it runs, and shows errors in Tributary's form. */
export async function startGraphqlServer(
  schema: GraphQLSchema,
  errors: ErrorFormat,
  logger: Logger,
  execution = new CompiledExecution(schema),
): Promise<ApolloServer<ServingContext>> {
  const server = new ApolloServer<ServingContext>({
    gateway: gatewayOf(schema, execution),
    nodeEnv: 'production',
    introspection: true, // by right: `authorise` refuses whoever has no token
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
    ],
  });
  await server.start();
  return server;
}

/** Apollo Server's way of taking an executor: a gateway, here one that serves a single schema and never changes it. */
function gatewayOf(
  schema: GraphQLSchema,
  execution: CompiledExecution,
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
    didResolveOperation: async (request) => admit(request, errors),
    willSendResponse: async (request) => showErrors(request, errors),
  };
  return {
    requestDidStart: async () => listener,
    unexpectedErrorProcessingRequest: async ({ requestContext, error }) =>
      errors.logFailure(error, requestContext.contextValue.requestId),
  };
}

/** Lets a valid document run, or refuses all of it. */
function admit(
  { contextValue, schema, document, request, operation }: GraphQLRequestContextDidResolveOperation<ServingContext>,
  errors: ErrorFormat,
): void {
  try {
    authorise(callerOf(contextValue), schema, document, request.operationName);
    if (operation?.operation === OperationTypeNode.SUBSCRIPTION) throw notImplemented('Subscribing');
  } catch (error) {
    throw errors.refusal(error, contextValue.requestId);
  }
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
    logger[level]({ component: 'graphql' }, withoutQuotations(String(message)));
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
}
