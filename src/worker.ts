import { randomUUID } from 'node:crypto';
import type { Logger } from 'pino';
import { AUDIT_LANES } from './audit/audit-lanes.rules.js';
import { type AuditReport, AuditRunner } from './audit/audit-runner.js';
import { scoringSchedule } from './customers/scoring-schedule.js';
import { JOB_LANES } from './jobs/job.rules.js';
import { JobRunner } from './jobs/job-runner.js';
import { JobScheduler } from './jobs/job-scheduler.js';
import { DueRunner } from './memberships/due-runner.js';
import { MEMBERSHIP_LANES } from './memberships/membership-lanes.rules.js';
import { ChangeFeed } from './platform/change-feed.js';
import { ChangeSource } from './platform/change-source.js';
import type { TenantContext } from './platform/context.js';
import type { Database } from './platform/database.js';
import { ulid } from './platform/ids.js';
import { LeaseStore } from './platform/lease.store.js';
import { LeasePools } from './platform/lease-pools.js';
import { Leases } from './platform/leases.js';
import { warningsOf } from './platform/logger.js';
import { ReactionRunner } from './platform/reaction-runner.js';
import { REACTION_LEASES, Reactions } from './platform/reactions.js';
import { RETENTION_SCHEDULE } from './retention/retention-schedule.js';
import type { Services } from './services.js';
import { WEBHOOK_LANES } from './webhooks/webhook-lanes.rules.js';
import { WebhookRunner } from './webhooks/webhook-runner.js';

/** Work that goes on beside the serving, until it is stopped. */
export interface Worker {
  stop(): Promise<void>;
}

/** Is told how far this process is behind, in milliseconds. */
type Lag = (milliseconds: number) => void;

/** What a worker tells its operators. */
export interface WorkerReport extends Omit<AuditReport, 'warn'> {
  readonly lag: Lag;
}

const UNHEARD: Lag = () => undefined;
const NO_REPORT: WorkerReport = { lag: UNHEARD, auditWaits: () => undefined, auditEntries: () => undefined };

/** The stream of changes over a database. */
export function createFeed(database: Database, { clock }: Services, logger: Logger, lag = UNHEARD): ChangeFeed {
  return new ChangeFeed(new ChangeSource(database), clock, { warn: warningsOf(logger), lag });
}

/** Starts this process's share of the reactions and of the jobs; the feed is the caller's to stop. */
export function startWorker(
  database: Database,
  feed: ChangeFeed,
  services: Services,
  logger: Logger,
  report = NO_REPORT,
): Worker {
  const { clock, tenants, reactions, jobWork, matchWorkers, auditWork, due, rfmVersions, webhooks, activationFeed } =
    services;
  const warn = warningsOf(logger);
  const store = new LeaseStore(database);
  const contextOf = async (tenantId: string) =>
    (await tenants.exists(tenantId)) ? tenants.contextOf(tenantId, randomUUID()) : undefined;
  const runner = new ReactionRunner(
    reactions,
    { ids: () => tenants.ids(), contextOf },
    { warn, lag: (ms) => report.lag(ms) },
  );
  const running = new Reactions({ feed, leases: store, runner, warn });
  const fresh = (tenantId: string, requestId: string) => tenants.freshContextOf(tenantId, requestId);
  const jobs = new JobRunner({ ...jobWork, contextOf: fresh, clock, warn });
  const audit = new AuditRunner({
    ...auditWork,
    contextOf,
    clock,
    report: {
      warn,
      auditWaits: (...told) => report.auditWaits(...told),
      auditEntries: (added) => report.auditEntries(added),
    },
  });
  const served = {
    ids: () => tenants.ids(),
    contextOf: (tenantId: string) => tenants.servedContextOf(tenantId, randomUUID()),
  };
  const scheduling = { jobs: jobWork.jobs, tenants: served, warn };
  const retention = new JobScheduler(scheduling, RETENTION_SCHEDULE);
  const scoring = new JobScheduler(scheduling, scoringSchedule(rfmVersions));
  const dues = new DueRunner({ due, tenantIds: () => tenants.ids(), contextOf, warn });
  const { sending, outbox } = webhooks;
  const webhookRunner = new WebhookRunner({
    sending,
    outbox,
    sources: [(ctx: TenantContext) => activationFeed.file(ctx)],
    tenantIds: () => tenants.ids(),
    contextOf,
    warn,
  });
  const pools = new LeasePools({ reactions: running, jobs, audit, memberships: dues, webhooks: webhookRunner });
  const lanes = [JOB_LANES, AUDIT_LANES, MEMBERSHIP_LANES, WEBHOOK_LANES].flatMap(({ names }) => names);
  const names = [...REACTION_LEASES, ...lanes];
  const leases = new Leases(store, `wrk_${ulid(clock())}`, names, pools, clock, warn);
  leases.start();
  jobs.start();
  audit.start();
  dues.start();
  webhookRunner.start();
  retention.start();
  scoring.start();
  const stop = async () => {
    running.stop();
    await jobs.stop();
    await leases.stop();
    await audit.stop();
    await dues.stop();
    await webhookRunner.stop();
    await retention.stop();
    await scoring.stop();
    await matchWorkers.close();
  };
  return { stop };
}
