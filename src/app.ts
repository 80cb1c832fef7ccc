import 'reflect-metadata';
import type { FastifyInstance } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { getMetadataStorage } from 'type-graphql';
import { applyFieldRules } from './access/field-rules.js';
import { requestContext } from './access/request-context.js';
import type { Config } from './config.js';
import { registerSegmentRoutes } from './ingestion/segment.routes.js';
import { Database } from './platform/database.js';
import { containerOf } from './resolvers.js';
import { buildProductSchema } from './schema.js';
import { createServices, prepareDatabase, type Services } from './services.js';
import { CompiledExecution, compilingPolicy } from './serving/compiled-execution.js';
import { ErrorFormat } from './serving/error-format.js';
import { registerGraphiqlRoutes } from './serving/graphiql.routes.js';
import { registerGraphqlRoutes } from './serving/graphql.routes.js';
import { startGraphqlServer } from './serving/graphql-server.js';
import { registerHealthRoutes } from './serving/health.routes.js';
import { createHttpServer } from './serving/http-server.js';
import { contextSource } from './serving/serving-context.js';

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
  const execution = new CompiledExecution(schema, compilingPolicy(config.executor));
  const graphql = await startGraphqlServer(schema, errors, logger, execution);
  const http = await createHttpServer(logger);
  const { authentication, tenants, policies } = services;
  const contextOf = contextSource(authentication, tenants, policies);
  registerGraphqlRoutes(http, { graphql, contextOf, errors });
  registerHealthRoutes(http, { ping: () => database.ping() });
  registerChannelRoutes(http, services, logger);
  if (config.nodeEnv !== 'production') registerGraphiqlRoutes(http);
  const url = await http.listen({ host: config.host, port: config.port });
  return { url, close: () => http.close().then(() => graphql.stop()) };
}

function registerChannelRoutes(http: FastifyInstance, services: Services, logger: Logger): void {
  const { authentication, ingestion, tenants, policies } = services;
  registerSegmentRoutes(http, {
    authentication,
    ingestion,
    logger,
    contextOf: (principal, requestId) => requestContext(tenants, policies, principal, requestId),
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
