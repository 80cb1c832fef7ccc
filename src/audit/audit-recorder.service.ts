import type { TenantContext } from '../platform/context.js';
import { AppError } from '../platform/errors.js';
import type { AuditFact } from './audit-chain.rules.js';
import type { AuditInboxStore } from './audit-inbox.store.js';

/** The longest that a fact waits for others to be kept with. */
const WINDOW_MS = 20;
const MOST_FACTS_AN_ITEM = 500;
const MOST_CHARACTERS_AN_ITEM = 256 * 1024;
const MOST_WAITING = 20_000;

/** A fact that waits to be kept. */
interface Waiting {
  readonly fact: AuditFact;
  readonly size: number;
  kept(): void;
  failed(error: unknown): void;
}

/** What waits for one tenant. */
interface Queue {
  readonly waiting: Waiting[];
  underWay: number;
  timer: NodeJS.Timeout | undefined;
  isDue: boolean;
}

/**
 * Keeps what was done before it is answered. Facts of a tenant that come while others are being written are written
 * together, at most 20 ms later: so an idle process waits for none, and a busy one writes once for many.
 */
export class AuditRecorder {
  private readonly queues = new Map<string, Queue>();
  private waiting = 0;

  constructor(
    private readonly inbox: Pick<AuditInboxStore, 'keep'>,
    private readonly clock: () => Date,
  ) {}

  /** Keeps facts; when it returns they are on the disk. SERVICE_UNAVAILABLE where too much waits already. */
  async record({ tenantId }: Pick<TenantContext, 'tenantId'>, facts: readonly AuditFact[]): Promise<void> {
    if (facts.length === 0) return;
    if (this.waiting + facts.length > MOST_WAITING)
      throw new AppError('SERVICE_UNAVAILABLE', 'Too much waits to be written to the audit log; try again shortly.');
    const queue = this.queueOf(tenantId);
    const kept = facts.map((fact) => this.enqueue(queue, fact));
    this.schedule(tenantId, queue);
    await Promise.all(kept);
  }

  private queueOf(tenantId: string): Queue {
    const known = this.queues.get(tenantId);
    if (known) return known;
    const made: Queue = { waiting: [], underWay: 0, timer: undefined, isDue: false };
    this.queues.set(tenantId, made);
    return made;
  }

  private enqueue(queue: Queue, fact: AuditFact): Promise<void> {
    this.waiting += 1;
    return new Promise((kept, failed) => {
      queue.waiting.push({ fact, size: JSON.stringify(fact).length, kept, failed });
    });
  }

  /** At the end of this turn where nothing is being written; else when that is done, or the window is over. */
  private schedule(tenantId: string, queue: Queue): void {
    const flush = () => this.flush(tenantId, queue);
    if (queue.underWay > 0) {
      queue.timer ??= setTimeout(flush, WINDOW_MS);
      return;
    }
    if (queue.isDue) return;
    queue.isDue = true;
    setImmediate(flush);
  }

  private flush(tenantId: string, queue: Queue): void {
    clearTimeout(queue.timer);
    queue.timer = undefined;
    queue.isDue = false;
    while (queue.waiting.length > 0) void this.keep(tenantId, queue, this.nextOf(queue));
    if (queue.underWay === 0) this.queues.delete(tenantId);
  }

  /** The first that make one item of the inbox. */
  private nextOf({ waiting }: Queue): readonly Waiting[] {
    let characters = 0;
    const end = waiting.findIndex(({ size }, n) => {
      characters += size;
      return n > 0 && (n >= MOST_FACTS_AN_ITEM || characters > MOST_CHARACTERS_AN_ITEM);
    });
    return waiting.splice(0, end < 0 ? waiting.length : end);
  }

  private async keep(tenantId: string, queue: Queue, together: readonly Waiting[]): Promise<void> {
    queue.underWay += 1;
    const facts = together.map(({ fact }) => fact);
    const outcome = await this.inbox.keep(tenantId, facts, this.clock()).then(
      () => (one: Waiting) => one.kept(),
      (error: unknown) => (one: Waiting) => one.failed(error),
    );
    this.waiting -= together.length;
    queue.underWay -= 1;
    for (const one of together) outcome(one);
    if (queue.underWay === 0) this.flush(tenantId, queue);
  }
}
