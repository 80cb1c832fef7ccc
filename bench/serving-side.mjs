import 'reflect-metadata';
import { createServer } from 'node:http';
import { startTributary } from './tributary-side.mjs';

/**
 * One side of the serving benchmark, as a process of its own: `{ kind, ... }` by message starts it and `'cpu'` asks for
 * the CPU time it has used, in microseconds.
 */
process.on('message', async (message) => {
  if (message === 'cpu') {
    const { user, system } = process.cpuUsage();
    process.send({ cpu: user + system });
    return;
  }
  try {
    process.send({ port: await SIDES[message.kind](message) });
  } catch (error) {
    process.send({ error: error.stack });
  }
});

/** `view` is Tributary as it starts, over its database. */
const SIDES = { echo, standalone, memory, raw, view: (place) => startTributary(place, 'off') };

/** Node's own server: reads the request's JSON, answers the profile's. */
async function echo({ profile }) {
  const answer = { data: { profile: revived(profile) } };
  return listen(async () => answer);
}

/** As `echo`, with one read of the profile's document by the driver. */
async function raw({ uri, collection, key, profile }) {
  const { default: mongoose } = await import('mongoose');
  const client = await new mongoose.mongo.MongoClient(uri).connect();
  const documents = client.db().collection(collection);
  const answer = { data: { profile } };
  return listen(async () => {
    const document = await documents.findOne({ _id: key });
    if (!document) throw new Error('The document is not there.');
    return answer;
  });
}

/** Apollo Server as its own documentation starts it. */
async function standalone({ sdl, profile }) {
  const { ApolloServer } = await import('@apollo/server');
  const { startStandaloneServer } = await import('@apollo/server/standalone');
  const { DateTime, JSONObject, JSONValue } = await import('../dist/src/platform/scalars.js');
  const found = revived(profile);
  const named = { __resolveType: ({ __typename }) => __typename };
  const resolvers = {
    ...{ DateTime, JSONObject, JSON: JSONValue, ChannelAccount: named, Node: named },
    Query: { profile: () => found },
  };
  const server = new ApolloServer({ typeDefs: sdl, resolvers });
  const { url } = await startStandaloneServer(server, { listen: { port: 0, host: '127.0.0.1' } });
  return Number(new URL(url).port);
}

/** Tributary's serving with a profile from memory behind it: its routes, tokens, rights and schema. */
async function memory({ jwtSecret, profile }) {
  const { PolicyService } = await import('../dist/src/access/policy.service.js');
  const { UserTokenService } = await import('../dist/src/access/user-token.service.js');
  const { AuthenticationService } = await import('../dist/src/access/authentication.service.js');
  const found = revived(profile);
  const clock = () => new Date();
  const tenants = {
    exists: async () => true,
    contextOf: async (tenantId, requestId) => ({ tenantId, requestId, keys: {}, settings: {}, now: clock }),
  };
  const services = {
    tenants,
    policies: await PolicyService.load(),
    authentication: new AuthenticationService(new UserTokenService({ jwtSecret }, clock), {}, tenants),
    profiles: { find: async () => found },
    channelAccounts: { accountsOf: async () => found.channelAccounts },
    histories: { page: async () => found.events },
  };
  return serve(services);
}

/** As src/app.ts wires it, without a database. */
async function serve(services) {
  const { applyFieldRules } = await import('../dist/src/access/field-rules.js');
  const { createLogger } = await import('../dist/src/platform/logger.js');
  const { containerOf } = await import('../dist/src/resolvers.js');
  const { buildProductSchema } = await import('../dist/src/schema.js');
  const { ErrorFormat } = await import('../dist/src/serving/error-format.js');
  const { registerGraphqlRoutes } = await import('../dist/src/serving/graphql.routes.js');
  const { startGraphqlServer } = await import('../dist/src/serving/graphql-server.js');
  const { createHttpServer } = await import('../dist/src/serving/http-server.js');
  const { contextSource } = await import('../dist/src/serving/serving-context.js');
  const logger = createLogger('error');
  const schema = await buildProductSchema(containerOf(services));
  applyFieldRules(schema);
  const errors = new ErrorFormat(logger);
  const { Admission } = await import('../dist/src/serving/admission.js');
  const { admissionPlugin } = await import('../dist/src/serving/admission-plugin.js');
  const { CompiledExecution } = await import('../dist/src/serving/compiled-execution.js');
  const { observeOperations } = await import('../dist/src/serving/observe-operations.js');
  const { observeRequests } = await import('../dist/src/serving/observe-requests.js');
  const { RateLimitService } = await import('../dist/src/serving/rate-limit.service.js');
  const { Metrics } = await import('../dist/src/platform/metrics.js');
  const metrics = new Metrics();
  const admission = new Admission(schema, new RateLimitService({ take: async () => 1_000_000_000 }, 1_000_000_000));
  const idempotency = { begin: async () => ({ hold: { _id: '', owner: '' } }), end: async () => {} };
  const { KnownQueries } = await import('../dist/src/serving/known-queries.js');
  const { QuickLane } = await import('../dist/src/serving/quick-lane.js');
  const known = new KnownQueries();
  const plugins = [admissionPlugin({ admission, idempotency, errors }), known.plugin(), observeOperations(metrics)];
  const execution = new CompiledExecution(schema);
  const graphql = await startGraphqlServer(schema, errors, logger, {
    plugins,
    execution,
  });
  const http = await createHttpServer(logger);
  observeRequests(http, metrics, logger);
  const contextOf = contextSource(services.authentication, services.tenants, services.policies);
  const lane = new QuickLane({ known, contextOf, admission, execution, errors, metrics });
  registerGraphqlRoutes(http, { graphql, contextOf, errors, lane });
  await http.listen({ host: '127.0.0.1', port: 0 });
  return http.server.address().port;
}

function listen(answer) {
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', async () => {
      const { query } = JSON.parse(Buffer.concat(chunks).toString());
      if (typeof query !== 'string') throw new Error('There is no query.');
      const text = JSON.stringify(await answer());
      const head = { 'content-type': 'application/json; charset=utf-8', 'content-length': Buffer.byteLength(text) };
      response.writeHead(200, head).end(text);
    });
  });
  return new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(server.address().port)));
}

/** A profile from its JSON, its instants as a store gives them. */
function revived(profile) {
  return JSON.parse(JSON.stringify(profile), (key, value) =>
    /(At|observedAt)$/.test(key) && typeof value === 'string' ? new Date(value) : value,
  );
}
