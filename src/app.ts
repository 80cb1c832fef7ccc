import 'reflect-metadata';
import type { FastifyInstance } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { getMetadataStorage } from 'type-graphql';
import { applyFieldRules } from './access/field-rules.js';
import { requestContext } from './access/request-context.js';
import { auditFields } from './audit/audited-fields.js';
import { refusalCodeOf } from './audit/refusal-codes.js';
import { SelectedFields } from './audit/selected-fields.js';
import type { Config } from './config.js';
import { registerDownloadRoutes } from './downloads/download.routes.js';
import { registerSegmentRoutes } from './ingestion/segment.routes.js';
import { Database } from './platform/database.js';
import { traceCommands } from './platform/database-spans.js';
import { warningsOf } from './platform/logger.js';
import { Metrics } from './platform/metrics.js';
import { startTracing, type Tracing, withSpans } from './platform/tracing.js';
import { containerOf } from './resolvers.js';
import { buildProductSchema } from './schema.js';
import { createServices, prepareDatabase, type Services } from './services.js';
import { Admission } from './serving/admission.js';
import { admissionPlugin } from './serving/admission-plugin.js';
import { AuditedExecution } from './serving/audited-execution.js';
import { CompiledExecution, compilingPolicy } from './serving/compiled-execution.js';
import { Drain } from './serving/drain.js';
import { ErrorFormat } from './serving/error-format.js';
import { costOfEvents } from './serving/field-costs.js';
import { registerGraphiqlRoutes } from './serving/graphiql.routes.js';
import { registerGraphqlRoutes } from './serving/graphql.routes.js';
import { startGraphqlServer } from './serving/graphql-server.js';
import { registerHealthRoutes } from './serving/health.routes.js';
import { createHttpServer } from './serving/http-server.js';
import { KnownQueries } from './serving/known-queries.js';
import { registerMetricsRoutes } from './serving/metrics.routes.js';
import { observeOperations } from './serving/observe-operations.js';
import { observeRequests } from './serving/observe-requests.js';
import { QuickLane } from './serving/quick-lane.js';
import { rateHeaders, refusalHeaders } from './serving/rate-limit-headers.js';
import { contextSource } from './serving/serving-context.js';
import { traceRequests } from './serving/trace-requests.js';
import { serveSockets } from './sockets.js';
import { createFeed, startWorker } from './worker.js';

export { createServices } from './services.js';

const DRAIN_LIMIT_MS = 25_000;

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
  readonly drain: Drain;
  close(): Promise<void>;
}

/** Connects, prepares the database, wires the modules and serves. Throws where a field has no rule or a resolver no services. */
export async function createApp({ config, uri, logger }: AppOptions): Promise<App> {
  const tracing = await startTracing(config.tracing, logger);
  const database = await Database.connect(uri, { monitorCommands: tracing.isOn });
  if (tracing.isOn) traceCommands(database.connection.getClient());
  const letGo = () => database.close().finally(() => tracing.stop());
  try {
    await prepareDatabase(database);
    const operations: Operations = {
      logger,
      tracing,
      metrics: new Metrics(),
      drain: new Drain({ delayMs: config.drainDelayMs, limitMs: DRAIN_LIMIT_MS }, logger),
    };
    const { metrics: observer } = operations;
    const services = await createServices({ config, database, tracing, observer, warn: warningsOf(logger) });
    const server = await serve(config, database, services, operations);
    return { url: server.url, services, drain: operations.drain, close: () => server.close().finally(letGo) };
  } catch (error) {
    await letGo();
    throw error;
  }
}

/** What operators see of the application, and how they end it. */
interface Operations {
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly tracing: Tracing;
  readonly drain: Drain;
}

async function serve(config: Config, database: Database, services: Services, operations: Operations) {
  const { logger, metrics, tracing, drain } = operations;
  const schema = await createSchema(services);
  const errors = new ErrorFormat(logger);
  const admission = new Admission(schema, services.rates, services.auditTrail);
  const known = new KnownQueries();
  const plugins = [
    admissionPlugin({ admission, idempotency: services.idempotency, errors }),
    known.plugin(),
    observeOperations(metrics), // last: it sees errors as they are shown
  ];
  const execution = new AuditedExecution(
    new CompiledExecution(schema, compilingPolicy(config.executor)),
    new SelectedFields(schema),
    services.auditTrail,
  );
  const graphql = withSpans(tracing, await startGraphqlServer(schema, errors, logger, { plugins, execution }), {
    executeHTTPGraphQLRequest: 'graphql',
    executeOperation: 'graphql',
  });
  const http = await createHttpServer(logger, config);
  if (tracing.isOn) traceRequests(http);
  observeRequests(http, metrics, logger);
  const { authentication, tenants, policies, trustedDocuments: documents } = services;
  const contextOf = contextSource(authentication, tenants, policies, services.auditTrail);
  const feed = createFeed(database, services, logger, (ms) => metrics.streamLag.set(ms / 1_000));
  const sockets = serveSockets({
    http: http.server,
    services,
    feed,
    schema,
    graphql,
    errors,
    contextOf,
    logger,
    metrics,
  });
  drain.whenClosing(() => sockets.stop());
  // traced requests show Apollo Server's part of them
  const lane = tracing.isOn
    ? undefined
    : new QuickLane({ known, contextOf, documents, admission, execution, errors, metrics });
  registerGraphqlRoutes(http, { graphql, contextOf, errors, documents, lane });
  registerHealthRoutes(http, { ping: () => database.ping(), isDraining: () => drain.isDraining });
  registerMetricsRoutes(http, metrics);
  registerChannelRoutes(http, services, logger);
  registerDownloadRoutes(http, {
    downloads: services.downloads,
    contextOf: (tenantId, requestId) => tenants.servedContextOf(tenantId, requestId),
  });
  if (config.nodeEnv !== 'production') registerGraphiqlRoutes(http);
  const url = await http.listen({ host: config.host, port: config.port });
  if (config.worker === 'inline') {
    const worker = startWorker(database, feed, services, logger, metrics);
    drain.whenClosing(() => worker.stop());
  }
  const close = async () => {
    await drain.finish(http);
    await Promise.all([graphql.stop(), feed.stop()]);
  };
  return { url, close };
}

function registerChannelRoutes(http: FastifyInstance, services: Services, logger: Logger): void {
  const { authentication, ingestion, tenants, policies, rates, auditTrail } = services;
  registerSegmentRoutes(http, {
    authentication,
    ingestion,
    logger,
    contextOf: (principal, requestId) => requestContext(tenants, policies, principal, requestId),
    charge: async (ctx, events) => rateHeaders(await rates.spend(ctx, costOfEvents(events))),
    refusalHeaders,
    audit: {
      took: (ctx, details) =>
        auditTrail.did(ctx, {
          actor: ctx.principal.subject,
          action: 'segmentBatch',
          details: { ...details, requestId: ctx.requestId },
        }),
      refused: async (ctx, error) => {
        const code = refusalCodeOf(error);
        if (code !== undefined) await auditTrail.refused(ctx, ctx.principal, 'segmentBatch', code);
      },
    },
  });
}

/** The schema over these services, each of its fields under its rule. */
async function createSchema(services: Services): Promise<GraphQLSchema> {
  const container = containerOf(services);
  const schema = await buildProductSchema(container);
  for (const { target } of getMetadataStorage().resolverClasses) container.get(target, undefined as never);
  applyFieldRules(schema);
  auditFields(schema);
  return schema;
}
