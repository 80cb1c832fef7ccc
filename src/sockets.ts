import { randomUUID } from 'node:crypto';
import type { Server } from 'node:http';
import type { ApolloServer } from '@apollo/server';
import type { GraphQLSchema } from 'graphql';
import type { Logger } from 'pino';
import { requestContext } from './access/request-context.js';
import type { ChangeFeed } from './platform/change-feed.js';
import { warningsOf } from './platform/logger.js';
import type { Metrics } from './platform/metrics.js';
import { liveSourcesOf } from './resolvers.js';
import type { Services } from './services.js';
import type { ErrorFormat } from './serving/error-format.js';
import type { ContextSource, ServingContext } from './serving/serving-context.js';
import { LiveSubscriptions } from './subscriptions/live-subscriptions.js';
import { SocketOperations } from './subscriptions/socket-operations.js';
import { SocketServer } from './subscriptions/socket-server.js';

/** What subscriptions are served from. */
interface SocketParts {
  readonly http: Server;
  readonly services: Services;
  readonly feed: ChangeFeed;
  readonly schema: GraphQLSchema;
  readonly graphql: ApolloServer<ServingContext>;
  readonly errors: ErrorFormat;
  readonly contextOf: ContextSource;
  readonly logger: Logger;
  readonly metrics: Metrics;
}

/** Serves operations over WebSocket; `stop` ends the subscriptions with their sockets. */
export function serveSockets(parts: SocketParts): { stop(): Promise<void> } {
  const { http, services, feed, schema, graphql, errors, contextOf, logger, metrics } = parts;
  const { tenants, policies } = services;
  const warn = warningsOf(logger);
  const live = new LiveSubscriptions({
    feed,
    sources: liveSourcesOf(services),
    schema,
    errors,
    contextFor: (principal) => requestContext(tenants, policies, principal, randomUUID()),
    audit: services.auditTrail,
    report: {
      warn,
      delivered: (messages) => metrics.deliveries.inc(messages),
      subscriptions: (change) => metrics.subscriptionsOpen.inc(change),
    },
  });
  const operations = new SocketOperations(schema, graphql, live, services.trustedDocuments);
  const report = {
    warn,
    sockets: (open: number) => metrics.socketsOpen.set(open),
    slowReader: () => metrics.slowReadersClosed.inc(),
  };
  const sockets = new SocketServer(http, { contextOf, clock: services.clock, operations, report });
  services.apiTokens.onRevoked = () => void sockets.checkTokens();
  const stop = async () => {
    live.stop();
    await sockets.stop();
  };
  return { stop };
}
