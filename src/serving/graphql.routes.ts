import { type ApolloServer, HeaderMap, type HTTPGraphQLResponse } from '@apollo/server';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import { unauthenticated } from '../access/access-errors.js';
import type { TrustedDocumentService } from '../documents/trusted-document.service.js';
import { isOpenToAnyone } from './anonymous-document.js';
import { refuseCompressedBody } from './body-encoding.js';
import { DocumentGuard } from './document-guard.js';
import type { ErrorFormat } from './error-format.js';
import { refusalOf } from './http-server.js';
import type { QuickLane } from './quick-lane.js';
import { askedOf, requestToRun } from './registered-request.js';
import { type ContextSource, callerOf, type ServingContext } from './serving-context.js';

const LARGEST_BODY = 16 * 1024 * 1024;

/** All that Apollo Server reads of a request's headers. */
const HEADERS_READ = [
  'accept',
  'content-type',
  'x-apollo-operation-name',
  'apollo-require-preflight',
  'idempotency-key',
] as const;

/** Codes of what is wrong with a well-formed request's document, its choice of operation or its variables. */
const DOCUMENT_FAULTS: ReadonlySet<unknown> = new Set([
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'BAD_USER_INPUT',
]);

/** What serves GraphQL over HTTP. */
export interface GraphqlDependencies {
  readonly graphql: ApolloServer<ServingContext>;
  readonly contextOf: ContextSource;
  readonly errors: ErrorFormat;
  readonly documents: Pick<TrustedDocumentService, 'textFor'>;
  /** For queries that were answered before; without one, everything goes through Apollo Server. */
  readonly lane?: QuickLane | undefined;
}

/** `POST /graphql`, and `GET /graphql` for queries. */
export function registerGraphqlRoutes(server: FastifyInstance, dependencies: GraphqlDependencies): void {
  const guard = new DocumentGuard();
  server.register(async (scope) => {
    scope.addHook('onRequest', (request, reply) => refuseCompressedBody(request, reply, dependencies.errors));
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) =>
      readJson(body, done),
    );
    scope.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, _body, done) => done(null, undefined));
    scope.setErrorHandler((error, request, reply) => answerFault(error, request, reply, dependencies.errors));
    scope.route({
      method: ['GET', 'POST'],
      url: '/graphql',
      bodyLimit: LARGEST_BODY,
      exposeHeadRoute: false,
      handler: (request, reply) => answer(request, reply, dependencies, guard),
    });
  });
}

async function answer(
  request: FastifyRequest,
  reply: FastifyReply,
  dependencies: GraphqlDependencies,
  guard: DocumentGuard,
) {
  const quick = await dependencies.lane?.answer(request);
  if (quick) return reply.headers(quick.headers).header('cache-control', 'no-store').send(quick.text);
  const sent = await requestToRun(request, dependencies);
  const result = await dependencies.graphql.executeHTTPGraphQLRequest({
    httpGraphQLRequest: { method: request.method, headers: headersRead(request), ...sent },
    context: () => contextFor(request, dependencies, guard),
  });
  const { status, text } = responseOf(result, request);
  if (result.status === undefined) dependencies.lane?.answeredIn(result.headers.get('content-type'), request);
  reply.status(status);
  for (const [name, value] of result.headers) reply.header(name, value);
  return reply.header('cache-control', 'no-store').send(text);
}

async function contextFor(
  request: FastifyRequest,
  { contextOf, errors, documents }: GraphqlDependencies,
  guard: DocumentGuard,
): Promise<ServingContext> {
  const { authorization, 'tributary-purpose': purpose } = request.headers;
  try {
    const context = await contextOf({ authorization, purpose: purpose?.toString() }, request.id);
    const asked = askedOf(request);
    if (!callerOf(context) && !isOpenToAnyone(asked.query)) throw unauthenticated();
    guard.check(await documents.textFor(callerOf(context), asked), asked.operationName);
    return context;
  } catch (error) {
    throw errors.refusal(error, request.id);
  }
}

function headersRead({ headers }: FastifyRequest): HeaderMap {
  const read = new HeaderMap();
  for (const name of HEADERS_READ) {
    const value = headers[name];
    if (value !== undefined) read.set(name, value.toString());
  }
  return read;
}

/** What is sent; errors that never reached the document (a refused batch, a malformed body) get the request's id. */
function responseOf({ body, status = 200 }: HTTPGraphQLResponse, request: FastifyRequest) {
  if (body.kind !== 'complete') throw new Error('Answers in parts are not served.');
  if (status < 400) return { status, text: body.string };
  const answer: { errors?: { extensions?: { code?: unknown } }[] } = JSON.parse(body.string);
  const errors = answer.errors?.map((error) => ({
    ...error,
    extensions: { ...error.extensions, requestId: request.id },
  }));
  const isOfDocument = errors?.every(({ extensions }) => DOCUMENT_FAULTS.has(extensions.code)) ?? false;
  return {
    status: isOfDocument && wantsPlainJson(request) ? 200 : status,
    text: JSON.stringify({ ...answer, errors }),
  };
}

/**
 * Whether a client asks for `application/json` by name and not for `application/graphql-response+json`: GraphQL over HTTP
 * answers it 200 whatever is wrong with the document. One that asks for nothing in particular gets a telling status.
 */
function wantsPlainJson({ headers: { accept = '' } }: FastifyRequest): boolean {
  return accept.includes('application/json') && !accept.includes('application/graphql-response+json');
}

function readJson(body: string | Buffer, done: (error: Error | null, body?: unknown) => void): void {
  try {
    done(null, JSON.parse(body.toString()));
  } catch {
    done(malformed('The body is not JSON.'));
  }
}

function malformed(message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'BAD_REQUEST' } });
}

function answerFault(error: unknown, request: FastifyRequest, reply: FastifyReply, errors: ErrorFormat): FastifyReply {
  const refused = error instanceof GraphQLError ? { status: 400, message: error.message } : refusalOf(error);
  if (!refused) return reply.status(500).send({ errors: [errors.show(ensureGraphqlError(error), request.id)] });
  return reply.status(refused.status).send({ errors: [errors.show(malformed(refused.message), request.id)] });
}

function ensureGraphqlError(error: unknown): GraphQLError {
  return new GraphQLError('', { originalError: error instanceof Error ? error : new Error(String(error)) });
}
