import 'reflect-metadata';
import { randomUUID } from 'node:crypto';
import type { ApolloServer } from '@apollo/server';
import type { FastifyInstance } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { getMetadataStorage } from 'type-graphql';
import { applyFieldRules } from './access/field-rules.js';
import { requestContext } from './access/request-context.js';
import type { Config } from './config.js';
import { registerSegmentRoutes } from './ingestion/segment.routes.js';
import type { ChangeFeed } from './platform/change-feed.js';
import { ChangeSource } from './platform/change-source.js';
import { Database } from './platform/database.js';
import { containerOf, liveSourcesOf } from './resolvers.js';
import { buildProductSchema } from './schema.js';
import { createServices, prepareDatabase, type Services } from './services.js';
import { Admission } from './serving/admission.js';
import { admissionPlugin } from './serving/admission-plugin.js';
import { ErrorFormat } from './serving/error-format.js';
import { costOfEvents } from './serving/field-costs.js';
import { registerGraphiqlRoutes } from './serving/graphiql.routes.js';
import { registerGraphqlRoutes } from './serving/graphql.routes.js';
import { startGraphqlServer } from './serving/graphql-server.js';
import { registerHealthRoutes } from './serving/health.routes.js';
import { createHttpServer } from './serving/http-server.js';
import { rateHeaders, refusalHeaders } from './serving/rate-limit-headers.js';
import { type ContextSource, contextSource, type ServingContext } from './serving/serving-context.js';
import { LiveSubscriptions } from './subscriptions/live-subscriptions.js';
import { SocketOperations } from './subscriptions/socket-operations.js';
import { SocketServer } from './subscriptions/socket-server.js';
import { createFeed, startWorker } from './worker.js';

export { createServices } from './services.js';

/** What the application is made from. */
export interface AppOptions {
  readonly config: Config;
  /** Of the database. */
  readonly uri: string;
  readonly logger: Logger;
}

/** The application, answering at `url`; `close` answers what is under way, then lets go of the database. */
export interface App {
  readonly url: string;
  readonly services: Services;
  close(): Promise<void>;
}

/** Connects, prepares the database, wires the modules and serves. Throws where a field has no rule or a resolver no services. */
export async function createApp({ config, uri, logger }: AppOptions): Promise<App> {
  const database = await Database.connect(uri);
  try {
    await prepareDatabase(database);
    const services = await createServices({ config, database });
    const server = await serve(config, database, services, logger);
    return { url: server.url, services, close: () => server.close().finally(() => database.close()) };
  } catch (error) {
    await database.close();
    throw error;
  }
}

async function serve(config: Config, database: Database, services: Services, logger: Logger) {
  const schema = await createSchema(services);
  const errors = new ErrorFormat(logger);
  const admission = new Admission(schema, services.rates);
  const plugin = admissionPlugin({ admission, idempotency: services.idempotency, errors });
  const graphql = await startGraphqlServer(schema, errors, logger, plugin);
  const http = await createHttpServer(logger, config);
  const { authentication, tenants, policies } = services;
  const contextOf = contextSource(authentication, tenants, policies);
  const feed = createFeed(database, services, logger);
  const sockets = serveSockets({ http, database, services, feed, schema, graphql, errors, contextOf, logger });
  registerGraphqlRoutes(http, { graphql, contextOf, errors });
  registerHealthRoutes(http, { ping: () => database.ping() });
  registerChannelRoutes(http, services, logger);
  if (config.nodeEnv !== 'production') registerGraphiqlRoutes(http);
  const url = await http.listen({ host: config.host, port: config.port });
  const worker = config.worker === 'inline' ? startWorker(database, feed, services, logger) : undefined;
  const close = async () => {
    await Promise.all([http.close(), sockets.stop(), worker?.stop()]);
    await Promise.all([graphql.stop(), feed.stop()]);
  };
  return { url, close };
}

/** What subscriptions are served from. */
interface SocketParts {
  readonly http: FastifyInstance;
  readonly database: Database;
  readonly services: Services;
  readonly feed: ChangeFeed;
  readonly schema: GraphQLSchema;
  readonly graphql: ApolloServer<ServingContext>;
  readonly errors: ErrorFormat;
  readonly contextOf: ContextSource;
  readonly logger: Logger;
}

function serveSockets({ http, database, services, feed, schema, graphql, errors, contextOf, logger }: SocketParts) {
  const { tenants, policies } = services;
  const warn = (fault: unknown, message: string) => logger.warn({ err: fault }, message);
  const source = new ChangeSource(database);
  const live = new LiveSubscriptions({
    feed,
    findChange: (key) => source.find(key),
    sources: liveSourcesOf(services),
    schema,
    errors,
    contextFor: (principal) => requestContext(tenants, policies, principal, randomUUID()),
    report: { warn, delivered: () => undefined },
  });
  const operations = new SocketOperations(schema, graphql, live);
  const report = { warn, sockets: () => undefined, slowReader: () => undefined };
  const sockets = new SocketServer(http.server, { contextOf, operations, report });
  const stop = async () => {
    live.stop();
    await sockets.stop();
  };
  return { stop };
}

function registerChannelRoutes(http: FastifyInstance, services: Services, logger: Logger): void {
  const { authentication, ingestion, tenants, policies, rates } = services;
  registerSegmentRoutes(http, {
    authentication,
    ingestion,
    logger,
    contextOf: (principal, requestId) => requestContext(tenants, policies, principal, requestId),
    charge: async (ctx, events) => rateHeaders(await rates.spend(ctx, costOfEvents(events))),
    refusalHeaders,
  });
}

/** The schema over these services, each of its fields under its rule. */
async function createSchema(services: Services): Promise<GraphQLSchema> {
  const container = containerOf(services);
  const schema = await buildProductSchema(container);
  for (const { target } of getMetadataStorage().resolverClasses) container.get(target, undefined as never);
  applyFieldRules(schema);
  return schema;
}
