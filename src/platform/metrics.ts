import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** Accounts of a profile: 65 stands for more than 64. */
const ACCOUNTS = [1, 2, 3, 5, 8, 16, 32, 64];
/** People that a profile's accounts speak of. */
const PEOPLE = [0, 1, 2, 3, 5, 8];
const SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10];

/** One answered HTTP request. */
export interface AnsweredRequest {
  readonly method: string;
  /** The route's pattern, never the path that was asked for. */
  readonly route: string;
  readonly status: number;
  readonly seconds: number;
}

/** One answered GraphQL operation. */
export interface AnsweredOperation {
  readonly type: string;
  /** The field it asks for at the root, a name of the schema; never the name that the client gave the operation. */
  readonly field: string;
  /** OK, or the code of its first error. */
  readonly code: string;
  readonly seconds: number;
}

/** So many items of a batch that fared alike. */
export interface CountedItems {
  readonly channel: string;
  readonly outcome: 'ACCEPTED' | 'DUPLICATE' | 'REFUSED';
  /** Why they were refused; null where they were not. */
  readonly code: string | null;
  readonly count: number;
}

/** What a profile that was written tells of its making; names and birthdays of one with several accounts. */
export interface WrittenProfile {
  readonly accounts: number;
  readonly names: number | undefined;
  readonly birthdays: number | undefined;
  readonly isIdentified: boolean;
}

/**
 * What a process tells of its work, in a registry of its own. Each label has a bounded set of values, of which none comes
 * from a client: no tenant, no path, no operation's name.
 */
export class Metrics {
  private readonly registry = new Registry();
  /** How old the change was, in seconds, that this process received last. */
  readonly streamLag = this.gauge('stream_lag_seconds', 'How far the change stream of this process is behind.');
  /** How old the change was, in seconds, that reactions in this process dealt with last. */
  private readonly reactionLag = this.gauge('reaction_lag_seconds', 'How far reactions to changes are behind.');
  private readonly auditItems = this.gauge(
    'audit_inbox_items',
    'Items found waiting for the audit log, 200 or more as 200.',
  );
  private readonly auditLag = this.gauge('audit_lag_seconds', 'How long the oldest of them had waited.');
  private readonly entries = this.counter('audit_entries_total', 'Entries added to audit logs by this process.');
  readonly subscriptionsOpen = this.gauge('subscriptions_open', 'Live subscriptions.');
  readonly socketsOpen = this.gauge('sockets_open', 'WebSocket connections.');
  readonly deliveries = this.counter('deliveries_total', 'Messages handed to subscribers.');
  readonly slowReadersClosed = this.counter(
    'slow_readers_closed_total',
    'Subscribers closed since they read too slowly.',
  );

  private readonly requests = this.counter('http_requests_total', 'HTTP requests.', ['method', 'route', 'status']);
  private readonly requestSeconds = this.histogram('http_request_seconds', 'Time to the end of the answer.', [
    'method',
    'route',
  ]);
  private readonly operations = this.counter('graphql_operations_total', 'GraphQL operations.', [
    'type',
    'field',
    'code',
  ]);
  private readonly operationSeconds = this.histogram('graphql_operation_seconds', 'Time of an operation.', [
    'type',
    'field',
  ]);
  private readonly items = this.counter('ingestion_items_total', 'Items of finished batches.', [
    'door',
    'channel',
    'outcome',
  ]);
  private readonly refusals = this.counter('ingestion_refused_total', 'Items kept in quarantine, by reason.', [
    'door',
    'code',
  ]);
  private readonly jobs = this.counter('jobs_total', 'Jobs that have ended in this process.', ['kind', 'state']);
  private readonly batchSeconds = this.histogram('ingestion_batch_seconds', 'Time of a finished batch.', ['door']);
  private readonly merges = this.counter('identity_merges_total', 'Profiles that became part of others.');
  private readonly splits = this.counter('identity_splits_total', 'Profiles that came out of others.');
  private readonly refusedLinks = this.counter('identity_refusals_total', 'New links that were refused, by reason.', [
    'reason',
  ]);
  private readonly profiles = this.counter('profiles_written_total', 'Writings of profiles.', ['identified']);
  private readonly accounts = this.histogram('profile_accounts', 'Accounts of a profile as written.', [], ACCOUNTS);
  private readonly names = this.histogram('profile_names', 'Different full names in a profile.', [], PEOPLE);
  private readonly birthdays = this.histogram('profile_birthdays', 'Different birthdays in a profile.', [], PEOPLE);

  constructor() {
    collectDefaultMetrics({ register: this.registry });
  }

  /** The media type of `text`. */
  get contentType(): string {
    return this.registry.contentType;
  }

  /** All of it, as Prometheus reads it. */
  text(): Promise<string> {
    return this.registry.metrics();
  }

  requestAnswered({ method, route, status, seconds }: AnsweredRequest): void {
    this.requests.inc({ method, route, status });
    this.requestSeconds.observe({ method, route }, seconds);
  }

  operationAnswered({ type, field, code, seconds }: AnsweredOperation): void {
    this.operations.inc({ type, field, code });
    this.operationSeconds.observe({ type, field }, seconds);
  }

  /** Counts a batch that was taken in, with those of its items that were refused. */
  batchTaken(door: string, items: readonly CountedItems[], seconds: number): void {
    this.batchSeconds.observe({ door }, seconds);
    for (const { channel, outcome, code, count } of items) {
      this.items.inc({ door, channel, outcome }, count);
      if (code !== null) this.refusals.inc({ door, code }, count);
    }
  }

  profilesMerged(count: number): void {
    this.merges.inc(count);
  }

  profilesParted(count: number): void {
    this.splits.inc(count);
  }

  linkRefused(reason: string): void {
    this.refusedLinks.inc({ reason });
  }

  profileWritten({ accounts, names, birthdays, isIdentified }: WrittenProfile): void {
    this.profiles.inc({ identified: isIdentified ? 'yes' : 'no' });
    this.accounts.observe(accounts);
    if (names !== undefined) this.names.observe(names);
    if (birthdays !== undefined) this.birthdays.observe(birthdays);
  }

  /** How old the change was that reactions dealt with, in milliseconds. */
  lag(milliseconds: number): void {
    this.reactionLag.set(milliseconds / 1_000);
  }

  /** What waits for the audit log, and for how long, in milliseconds. */
  auditWaits(items: number, milliseconds: number): void {
    this.auditItems.set(items);
    this.auditLag.set(milliseconds / 1_000);
  }

  auditEntries(added: number): void {
    this.entries.inc(added);
  }

  /** Counts a job that has ended. */
  jobEnded(kind: string, state: string): void {
    this.jobs.inc({ kind, state });
  }

  private counter<L extends string = never>(name: string, help: string, labelNames: readonly L[] = []): Counter<L> {
    return new Counter({ name: `tributary_${name}`, help, labelNames: [...labelNames], registers: [this.registry] });
  }

  private gauge(name: string, help: string): Gauge {
    return new Gauge({ name: `tributary_${name}`, help, registers: [this.registry] });
  }

  private histogram<L extends string = never>(
    name: string,
    help: string,
    labelNames: readonly L[],
    buckets: readonly number[] = SECONDS,
  ): Histogram<L> {
    const settings = { name: `tributary_${name}`, help, labelNames: [...labelNames], buckets: [...buckets] };
    return new Histogram({ ...settings, registers: [this.registry] });
  }
}
