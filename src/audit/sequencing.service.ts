import { LRUCache } from 'lru-cache';
import type { TenantContext } from '../platform/context.js';
import type { AuditEntryStore, StoredEntry } from './audit-entry.store.js';
import type { AuditInboxStore, Told } from './audit-inbox.store.js';
import type { AuditLog } from './audit-log.entity.js';
import { type AuditLogStore, type LogState, suiteOf } from './audit-log.store.js';
import type { HeadPlace } from './head-place.js';
import { LogTail } from './log-tail.js';
import { keyOfOrigin, type OwnFact, ownFacts, pieceOf, restOf } from './told-facts.rules.js';

/** Entries that are added at a time; an item of the inbox holds at most as many facts. */
export const MOST_AT_A_TIME = 500;
const LOGS_KEPT = 1_000;

/** What one turn came to. */
export interface Turn {
  /** Entries that were added. */
  readonly added: number;
  /** Whether something may be left that was to be taken in: read the inbox again. */
  readonly isToRepeat: boolean;
}

/**
 * Takes what waits in the inbox into the tenants' logs. An entry's key is its place, and entries are inserted in order: of
 * two processes that write one log, the second finds its first place taken, and begins anew. So there is neither gap nor
 * fork, whatever a lease says. Before anything is added, what the log already holds is gone from the inbox: so each fact
 * is told once, wherever a process stopped.
 */
export class SequencingService {
  private readonly tails = new LRUCache<string, LogTail>({ max: LOGS_KEPT });

  constructor(
    private readonly inbox: AuditInboxStore,
    private readonly entries: AuditEntryStore,
    private readonly logs: AuditLogStore,
    private readonly heads: HeadPlace,
  ) {}

  /** Forgets where logs stand: others may have written them. */
  forget(): void {
    this.tails.clear();
  }

  /** Takes items of one tenant's inbox into its log, in order. Four commands, a few more where the log is taken up. */
  async take(ctx: TenantContext, told: readonly Told[], epoch: number): Promise<Turn> {
    const tail = this.tails.get(ctx.tenantId);
    this.tails.delete(ctx.tenantId); // what fails leaves it unknown
    if (!tail) {
      const taken = await this.takeUp(ctx, epoch);
      if (taken) this.tails.set(ctx.tenantId, taken);
      return { added: 0, isToRepeat: taken !== undefined }; // what was told was read before it was known what the log holds
    }
    const piece = pieceOf(told, MOST_AT_A_TIME);
    const facts = piece.flatMap((one) => ownFacts(one));
    const keys = piece.map(({ key }) => key);
    if (!(await this.add(ctx, tail, { facts, keys, epoch }))) return { added: 0, isToRepeat: true };
    this.tails.set(ctx.tenantId, tail);
    return { added: facts.length, isToRepeat: piece.length < told.length };
  }

  /**
   * Finds out where a log stands: what was added and not noted is noted, what it holds is dropped from the inbox, and what
   * it holds the beginning of is added to the end. Undefined where somebody else writes it.
   */
  private async takeUp(ctx: TenantContext, epoch: number): Promise<LogTail | undefined> {
    const log = await this.logs.open(ctx);
    const tail = new LogTail(ctx.tenantId, log, suiteOf(ctx, log), this.logs.signerOf(ctx, log));
    const unnoted = await this.unnoted(ctx, log);
    for (const entry of unnoted) tail.adopt(entry);
    const keys = [...new Set(unnoted.flatMap(({ origin }) => keyOfOrigin(ctx.tenantId, origin)))];
    const rest = await this.begun(ctx, unnoted.at(-1));
    const whole = rest ? keys.slice(0, -1) : keys;
    await this.inbox.drop([...log.taken, ...whole]);
    if (unnoted.length > 0) {
      if (!(await this.note(ctx, tail, { before: log.size, keys: whole, epoch }))) return undefined;
    } else if (log.head) await this.heads.publish(log.head);
    if (!rest) return tail;
    return (await this.add(ctx, tail, { facts: rest, keys: keys.slice(-1), epoch })) ? tail : undefined;
  }

  /** The entries behind those that are noted: their process stopped before it could. */
  private async unnoted(ctx: TenantContext, { size }: AuditLog): Promise<StoredEntry[]> {
    const places = Array.from({ length: MOST_AT_A_TIME }, (_, n) => size + 1 + n);
    const found = new Map((await this.entries.findBySequence(ctx, places)).map((entry) => [entry.sequence, entry]));
    const end = places.findIndex((place) => !found.has(place));
    return places.slice(0, end < 0 ? places.length : end).flatMap((place) => found.get(place) ?? []);
  }

  /** What is left of the item that the last entry came by; undefined where it is nothing. */
  private async begun(ctx: TenantContext, last: StoredEntry | undefined): Promise<readonly OwnFact[] | undefined> {
    const [key] = last ? keyOfOrigin(ctx.tenantId, last.origin) : [];
    const told = key === undefined ? undefined : await this.inbox.findByKey(key);
    const rest = told && last ? restOf(told, last.origin) : [];
    return rest.length > 0 ? rest : undefined;
  }

  private async add(ctx: TenantContext, tail: LogTail, { facts, keys, epoch }: Piece): Promise<boolean> {
    const before = tail.size;
    const entries = facts.map((fact) => tail.add(fact));
    if (!(await this.entries.append(entries))) return false;
    if (!(await this.note(ctx, tail, { before, keys, epoch }))) return false;
    await this.inbox.drop(keys);
    return true;
  }

  private async note(ctx: TenantContext, tail: LogTail, { before, keys, epoch }: Noted): Promise<boolean> {
    const state = tail.state(ctx.now(), keys);
    if (!(await this.logs.advance(ctx, before, state satisfies LogState, epoch))) return false;
    await this.heads.publish(state.head);
    return true;
  }
}

interface Piece {
  readonly facts: readonly OwnFact[];
  /** The items they are all of. */
  readonly keys: readonly string[];
  readonly epoch: number;
}

interface Noted extends Omit<Piece, 'facts'> {
  /** How many entries were noted before. */
  readonly before: number;
}
