import { randomUUID } from 'node:crypto';
import { PERMISSIONS } from '../access/permissions.js';
import { canonicalJson } from '../platform/canonical-json.js';
import type { RequestContext } from '../platform/context.js';
import { MILLISECONDS_PER_DAY } from '../platform/dates.rules.js';
import { AppError, badInput } from '../platform/errors.js';
import { blindIndex } from '../platform/seal.js';
import type { IdempotencyRecord } from './idempotency.entity.js';
import type { Hold, IdempotencyStore } from './idempotency.store.js';
import { idempotencyKey, isWorthKeeping, type KeptAnswer } from './idempotency-key.rules.js';

/** After so long without an answer the first request is taken to have died, and the mutation may run again. */
const LONGEST_RUN_MS = 60_000;
const KEPT_MS = MILLISECONDS_PER_DAY;
const LARGEST_ANSWER_BYTES = 4 * 1024 * 1024;
const RETRY_AFTER_SECONDS = 1;

/** A mutation as a client sent it. */
export interface SentMutation {
  readonly key: string;
  readonly query: string;
  readonly operationName: string | null | undefined;
  readonly variables: unknown;
}

/** A mutation that is to run under its key, or the answer that it had the first time. */
export type Outcome = { readonly hold: Hold } | { readonly answer: KeptAnswer };

/** Runs a mutation once for each Idempotency-Key of a caller, whichever process its retries reach. */
export class IdempotencyService {
  constructor(private readonly store: IdempotencyStore) {}

  /** Takes the key, or gives the answer of the first time; CONFLICT where that is under way or was another mutation. */
  async begin(ctx: RequestContext, sent: SentMutation): Promise<Outcome> {
    const { tenantId, principal } = ctx;
    const _id = this.store.keyOf(ctx, tenantId, principal.kind, principal.subject, idempotencyKey(sent.key));
    const hold = { _id, owner: randomUUID() };
    const fingerprint = fingerprintOf(ctx, sent);
    if (await this.store.take(ctx, hold, fingerprint)) return { hold };
    const first = await this.store.find(ctx, hold);
    if (!first) throw underWay(); // it has just been given back
    if (first.fingerprint !== fingerprint) throw conflict('was used for another document, variables or rights');
    if (isOver(ctx, first)) return this.takeOver(ctx, first, hold);
    if (!first.isDone) throw underWay();
    if (!first.sealed) throw conflict('was used for a mutation that ran, and whose answer was too large to keep');
    return { answer: JSON.parse(this.store.answerOf(ctx, _id, first.sealed)) as KeptAnswer };
  }

  /** Keeps the answer of a mutation that ran, or gives its key back where another try may fare better. */
  async end(ctx: RequestContext, hold: Hold, answer: KeptAnswer): Promise<void> {
    if (!isWorthKeeping(answer)) return this.store.release(ctx, hold);
    const bytes = Buffer.from(JSON.stringify({ data: answer.data, errors: answer.errors }));
    await this.store.finish(ctx, hold, bytes.length > LARGEST_ANSWER_BYTES ? null : bytes);
  }

  private async takeOver(ctx: RequestContext, first: IdempotencyRecord, hold: Hold): Promise<Outcome> {
    if (await this.store.takeOver(ctx, first, hold)) return { hold };
    throw underWay();
  }
}

/** Whether the first request died, or its answer is older than a day and only waits to be cleared away. */
function isOver({ now }: RequestContext, { isDone, at }: IdempotencyRecord): boolean {
  return now().getTime() - at.getTime() > (isDone ? KEPT_MS : LONGEST_RUN_MS);
}

/** The same for the same mutation by the same rights: who sees less must not be given what another token was answered. */
function fingerprintOf({ keys, principal, access }: RequestContext, sent: SentMutation): string {
  const allowed = PERMISSIONS.filter((permission) => access.may(permission));
  const rights = [principal.roles, principal.purposes, allowed].map((list) => [...list].sort());
  return blindIndex(keys, 'idempotency', sent.query, sent.operationName ?? '', textOf(sent.variables), textOf(rights));
}

function textOf(value: unknown): string {
  try {
    return canonicalJson(value ?? null);
  } catch {
    throw badInput('variables', 'are nested too deeply');
  }
}

function underWay(): AppError {
  return conflict('belongs to a mutation that is under way', { retryAfterSeconds: RETRY_AFTER_SECONDS });
}

function conflict(reason: string, details: Record<string, unknown> = {}): AppError {
  return new AppError('CONFLICT', `Idempotency-Key: ${reason}.`, { path: 'Idempotency-Key', ...details });
}
