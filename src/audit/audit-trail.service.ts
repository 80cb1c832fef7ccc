import { LRUCache } from 'lru-cache';
import type { RequestContext, TenantContext } from '../platform/context.js';
import type { Warn } from '../platform/logger.js';
import { actorName } from './actor-name.js';
import type { AuditFact } from './audit-chain.rules.js';
import type { AuditRecorder } from './audit-recorder.service.js';
import type { ShownInClear } from './clear-fields.js';

/** Of refusals that cost a caller nothing, one is written in so long; what comes between says nothing new. */
const REFUSALS_EVERY_MS = 60_000;
const FOLLOWED_EVERY_MS = 60_000;
const MOST_REMEMBERED = 50_000;
const MOST_IDS_AN_ENTRY = 1_000;
/** What the product does by itself. */
const SYSTEM = 'system';

type Details = AuditFact['details'];

/** Something done: by whom, unless by the product itself, to what, and how it ended. */
export interface Deed {
  readonly actor?: string | undefined;
  readonly action: string;
  readonly subject?: string | null | undefined;
  readonly outcome?: string | undefined;
  readonly details?: Details | undefined;
}

/** A caller who was refused; what a dead token says of its owner counts as well. */
export interface RefusedCaller {
  readonly kind: string;
  readonly subject: string;
}

/** Words what was done as facts for the log, and has them kept before it is answered. */
export class AuditTrail {
  private readonly refusals = new LRUCache<string, true>({ max: MOST_REMEMBERED, ttl: REFUSALS_EVERY_MS });
  private readonly followed = new LRUCache<string, true>({ max: MOST_REMEMBERED, ttl: FOLLOWED_EVERY_MS });

  constructor(
    private readonly recorder: Pick<AuditRecorder, 'record'>,
    private readonly warn: Warn,
  ) {}

  /** Keeps what was done outside of requests. */
  async did(ctx: TenantContext, ...deeds: readonly Deed[]): Promise<void> {
    await this.recorder.record(
      ctx,
      deeds.map((deed) => factOf(ctx, deed)),
    );
  }

  /** Keeps what a request has done, what it shows in clear, and what was refused to it. */
  async answered(
    ctx: RequestContext,
    { shown, operation, refused }: { shown?: ShownInClear | undefined; operation: string; refused: readonly string[] },
  ): Promise<void> {
    const { subject: actor } = ctx.principal;
    const common = commonOf(ctx);
    const acts = ctx.trail.acts.splice(0).map((act) => ({ ...act, actor, details: { ...act.details, ...common } }));
    const known = new Set(acts.map(({ outcome }) => outcome)); // a mutation tells of its own refusal
    const fresh = refused.filter((code) => !known.has(code) && this.isFirst(ctx, operation, code));
    const refusals = fresh.map((outcome) => ({ actor, action: operation, outcome, details: common }));
    const reads = shown ? readsOf(shown, { operation, ...common }).map((read) => ({ ...read, actor })) : [];
    const deeds = [...acts, ...reads, ...refusals];
    if (deeds.length > 0) await this.did(ctx, ...deeds);
  }

  /** Keeps that a caller was refused before anything ran. Never throws: nothing was done or shown. */
  async refused(ctx: TenantContext, caller: RefusedCaller, action: string, code: string): Promise<void> {
    if (!this.isFirst({ ...ctx, principal: caller }, action, code)) return;
    const deed = { actor: caller.subject, action, outcome: code, details: { requestId: ctx.requestId } };
    await this.did(ctx, deed).catch((error) => this.warn(error, 'A refusal could not be written to the audit log.'));
  }

  /** Keeps that subscriptions are about to show values of a profile in clear: once a minute each. */
  async follows(
    ctx: TenantContext,
    { id, fields, field }: { readonly id: string; readonly fields: readonly string[]; readonly field: string },
    subscriptions: readonly { readonly key: string; readonly subject: string }[],
  ): Promise<void> {
    const fresh = subscriptions.map((one) => ({ ...one, memory: `${one.key} ${id}` }));
    const due = fresh.filter(({ memory }) => !this.followed.has(memory));
    for (const { memory } of due) this.followed.set(memory, true);
    const deeds = due.map(({ subject: actor, key }) => ({
      actor,
      action: 'followClear',
      subject: id,
      details: { operation: field, fields, subscription: key },
    }));
    try {
      if (deeds.length > 0) await this.did(ctx, ...deeds);
    } catch (error) {
      for (const { memory } of due) this.followed.delete(memory);
      throw error;
    }
  }

  /** A refusal for missing rights is told of once a request, wherever in the server it is met; others once a minute. */
  private isFirst(
    { tenantId, requestId, principal }: Pick<RequestContext, 'tenantId' | 'requestId'> & { principal: RefusedCaller },
    action: string,
    code: string,
  ): boolean {
    const place = code === 'FORBIDDEN' || code === 'CONSENT_REQUIRED' ? `${requestId} ${action}` : '';
    const key = [tenantId, principal.kind, principal.subject, code, place].join(' ');
    if (this.refusals.has(key)) return false;
    this.refusals.set(key, true);
    return true;
  }
}

function factOf({ keys, now }: TenantContext, { actor = SYSTEM, action, subject, outcome, details }: Deed): AuditFact {
  return {
    at: now().toISOString(),
    actor: actorName(keys, actor),
    action,
    subject: subject ?? null,
    outcome: outcome ?? 'OK',
    details: details ?? {},
  };
}

function commonOf({ requestId, principal: { kind, purposes } }: RequestContext): Record<string, string> {
  const [purpose, ...others] = purposes;
  return { requestId, kind, ...(purpose !== undefined && others.length === 0 && { purpose }) };
}

/** One entry, or some where one would hold too many ids. */
function readsOf({ ids, fields }: ShownInClear, details: Details): Deed[] {
  const pieces = Array.from({ length: Math.ceil(ids.length / MOST_IDS_AN_ENTRY) }, (_, n) =>
    ids.slice(n * MOST_IDS_AN_ENTRY, (n + 1) * MOST_IDS_AN_ENTRY),
  );
  return pieces.map((piece) => {
    const [subject] = piece;
    const isOne = piece.length === 1;
    return {
      action: 'readClear',
      subject: isOne ? subject : null,
      details: { ...details, fields, ...(!isOne && { ids: piece }) },
    };
  });
}
