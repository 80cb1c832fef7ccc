import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import mongoose from 'mongoose';
import {
  Arg,
  buildSchema,
  Field,
  ID,
  InputType,
  Int,
  Mutation,
  ObjectType,
  Query,
  Resolver,
  registerEnumType,
  Subscription,
} from 'type-graphql';
import { unauthenticated } from '../../../src/access/access-errors.js';
import { Allow } from '../../../src/access/allow.decorator.js';
import { applyFieldRules } from '../../../src/access/field-rules.js';
import type { Permission } from '../../../src/access/permissions.js';
import type { TrustedDocumentService } from '../../../src/documents/trusted-document.service.js';
import { AppError, badInput } from '../../../src/platform/errors.js';
import { createLogger } from '../../../src/platform/logger.js';
import { Metrics } from '../../../src/platform/metrics.js';
import { DateTime, JSONObject } from '../../../src/platform/scalars.js';
import { Admission } from '../../../src/serving/admission.js';
import { admissionPlugin } from '../../../src/serving/admission-plugin.js';
import { CompiledExecution } from '../../../src/serving/compiled-execution.js';
import { ErrorFormat } from '../../../src/serving/error-format.js';
import { registerGraphqlRoutes } from '../../../src/serving/graphql.routes.js';
import { startGraphqlServer } from '../../../src/serving/graphql-server.js';
import { registerHealthRoutes } from '../../../src/serving/health.routes.js';
import { createHttpServer } from '../../../src/serving/http-server.js';
import { KnownQueries } from '../../../src/serving/known-queries.js';
import { observeOperations } from '../../../src/serving/observe-operations.js';
import { type QuickAnswer, QuickLane, type QuickLaneParts } from '../../../src/serving/quick-lane.js';
import { RateLimitService } from '../../../src/serving/rate-limit.service.js';
import type { ContextSource } from '../../../src/serving/serving-context.js';

enum Colour {
  RED = 'RED',
  BLUE = 'BLUE',
}
registerEnumType(Colour, { name: 'Colour' });

@InputType()
class ToyInput {
  @Field(() => String)
  phone!: string;

  @Field(() => Int, { nullable: true })
  count?: number;

  @Field(() => DateTime, { nullable: true })
  at?: Date;

  @Field(() => Colour, { nullable: true })
  colour?: Colour;

  @Field(() => JSONObject, { nullable: true })
  more?: object;
}

@ObjectType()
class Toy {
  @Field(() => ID)
  id!: string;
}

/** What each named fault throws. */
const FAULTS: Record<string, () => unknown> = {
  known: () => badInput('id', 'must be a toy'),
  unforeseen: () => new Error('secret: 13900001111'),
  network: () => new mongoose.mongo.MongoNetworkError('connection to 10.0.0.1 lost'),
  text: () => '13900001111',
};

@Resolver(() => Toy)
class ToyResolver {
  @Allow('profiles:read')
  @Query(() => Toy, { nullable: true })
  toy(@Arg('id', () => ID) id: string): { id: string } {
    return Object.assign(new Toy(), { id });
  }

  @Allow('profiles:read')
  @Query(() => Int)
  slow(@Arg('ms', () => Int, { defaultValue: 1 }) ms: number): Promise<number> {
    return new Promise((resolve) => setTimeout(resolve, ms, ms));
  }

  @Allow('profiles:read')
  @Query(() => String, { nullable: true })
  fails(@Arg('how', () => String) how: string): string {
    throw FAULTS[how]?.();
  }

  @Allow('settings:manage')
  @Query(() => Int)
  secret(): number {
    return 1;
  }

  @Allow('profiles:read')
  @Mutation(() => Int)
  change(@Arg('inputs', () => [ToyInput]) inputs: ToyInput[]): number {
    return inputs.length;
  }

  @Allow('profiles:read')
  @Subscription(() => Int, { topics: 'ticks' })
  ticks(): number {
    return 1;
  }
}

/** A served toy schema: the real routes and error handling, no database. */
export interface ToyServer {
  readonly url: string;
  readonly http: FastifyInstance;
  readonly log: string[];
  pings: () => Promise<void>;
  /** How many requests the quick lane has answered. */
  quick: number;
  close(): Promise<void>;
}

class CountedLane extends QuickLane {
  constructor(
    parts: QuickLaneParts,
    private readonly count: () => void,
  ) {
    super(parts);
  }

  override async answer(request: FastifyRequest): Promise<QuickAnswer | undefined> {
    const answer = await super.answer(request);
    if (answer) this.count();
    return answer;
  }
}

/** Nobody is confined to registered documents. */
const ALL_DOCUMENTS: Pick<TrustedDocumentService, 'textFor' | 'mayRun'> = {
  mayRun: () => true,
  textFor: async (_ctx, { query }) => (typeof query === 'string' ? query : undefined),
};

/** Serves the toy schema; the token `good` is a caller who may do all but manage settings. */
export async function serveToys(hasLane = false): Promise<ToyServer> {
  const log: string[] = [];
  const logger = createLogger('debug', { write: (line: string) => log.push(line) });
  const schema = await buildSchema({
    resolvers: [ToyResolver],
    validate: false,
    pubSub: { publish: () => undefined, subscribe: () => (async function* () {})() as never },
  });
  applyFieldRules(schema);
  const errors = new ErrorFormat(logger);
  const admission = new Admission(schema, new RateLimitService({ take: async () => 0 }, 1_000_000));
  const idempotency = { begin: async () => ({ hold: { _id: '', owner: '' } }), end: async () => {} };
  const known = new KnownQueries();
  const execution = new CompiledExecution(schema);
  const metrics = new Metrics();
  const plugins = [
    admissionPlugin({ admission, idempotency, errors }),
    ...(hasLane ? [known.plugin()] : []),
    observeOperations(metrics),
  ];
  const graphql = await startGraphqlServer(schema, errors, logger, { plugins, execution });
  const http = await createHttpServer(logger);
  const toys = { pings: async () => {}, quick: 0 };
  const lane = new CountedLane(
    { known, contextOf, documents: ALL_DOCUMENTS, admission, execution, errors, metrics },
    () => {
      toys.quick += 1;
    },
  );
  registerGraphqlRoutes(http, {
    graphql,
    contextOf,
    errors,
    documents: ALL_DOCUMENTS,
    lane: hasLane ? lane : undefined,
  });
  registerHealthRoutes(http, { ping: () => toys.pings(), isDraining: () => false });
  http.get('/fails/:how', ({ params }) => {
    throw FAULTS[(params as { how: string }).how]?.();
  });
  await http.listen({ host: '127.0.0.1', port: 0 });
  const url = `http://127.0.0.1:${(http.server.address() as AddressInfo).port}`;
  return Object.assign(toys, { url, http, log, close: () => http.close() });
}

const contextOf: ContextSource = async ({ authorization }, requestId) => {
  if (authorization === undefined) return { requestId };
  if (authorization === 'Bearer broken') throw new Error('no database behind 13900001111');
  if (authorization === 'Bearer away') throw new mongoose.mongo.MongoServerSelectionError('gone', {} as never);
  if (authorization === 'Bearer elsewhere') throw new AppError('FORBIDDEN', 'Not for this purpose.');
  if (authorization !== 'Bearer good') throw unauthenticated();
  const access = { may: (permission: Permission) => permission !== 'settings:manage', unseen: new Set() };
  const principal = { kind: 'USER', tenantId: 'toys', subject: 'tester', roles: [], purposes: [] };
  return { requestId, access, principal, tenantId: 'toys', now: () => new Date() } as never;
};
