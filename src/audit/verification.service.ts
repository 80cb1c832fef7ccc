import { setImmediate as turn } from 'node:timers/promises';
import type { TenantContext } from '../platform/context.js';
import type { Suite } from '../platform/suites/suite.js';
import type { AuditVerification } from './audit.view.js';
import type { AuditEntryStore } from './audit-entry.store.js';
import { type SignedHead, textOfHead } from './audit-head.rules.js';
import type { AuditLog } from './audit-log.entity.js';
import { type AuditLogStore, suiteOf } from './audit-log.store.js';
import type { HeadPlace } from './head-place.js';
import { isSigned } from './head-signer.js';
import { LogCheck } from './log-check.rules.js';
import type { MerkleReader } from './merkle-reader.js';

/** So many at a time, then others have their turn. */
const PIECE = 50;
const MOST_LATE = 10_000;

/** What a verification reads. */
export interface VerificationParts {
  readonly entries: Pick<AuditEntryStore, 'inOrder'>;
  readonly logs: Pick<AuditLogStore, 'find'>;
  readonly heads: HeadPlace;
  readonly merkle: MerkleReader;
}

/** Verifies logs: entry by entry, and against the heads that were published outside the database. */
export class VerificationService {
  private readonly underWay = new Map<string, Promise<AuditVerification>>();

  constructor(private readonly parts: VerificationParts) {}

  /** Verifies a tenant's log in one pass, in constant memory; who asks meanwhile gets the same outcome. */
  verify(ctx: TenantContext): Promise<AuditVerification> {
    const running = this.underWay.get(ctx.tenantId);
    if (running) return running;
    const begun = this.run(ctx).finally(() => this.underWay.delete(ctx.tenantId));
    this.underWay.set(ctx.tenantId, begun);
    return begun;
  }

  private async run(ctx: TenantContext): Promise<AuditVerification> {
    const log = await this.parts.logs.find(ctx);
    const suite = suiteOf(ctx, log);
    const check = new LogCheck({ tenantId: ctx.tenantId, suite, isSigned: (head) => isOwn(suite, head, log) });
    const heads = new HeadsInOrder(this.parts.heads.published(ctx.tenantId), check);
    await heads.begin(); // before the entries: those it tells of are among them
    for await (const entry of this.parts.entries.inOrder(ctx)) {
      check.entry(entry);
      await heads.passed(check.entries);
      if (check.entries % PIECE === 0) await turn();
    }
    await heads.end(log?.head ?? undefined);
    for (const head of heads.late) check.headOver(head, await this.rootAt(ctx, log, head.treeSize));
    const { fault, entries } = check;
    return {
      valid: fault === undefined,
      entries,
      firstInvalidSequence: fault?.sequence ?? null,
      fault: fault?.fault ?? null,
      treeSize: entries,
      rootHash: check.root(),
      publishedHeads: heads.count,
    };
  }

  private async rootAt(ctx: TenantContext, log: AuditLog | undefined, size: number): Promise<string> {
    return this.parts.merkle.rootAt(ctx, suiteOf(ctx, log), size).then(
      (root) => root.toString('hex'),
      () => 'lost',
    );
  }
}

/** Published heads beside the entries as these pass, those of fewer entries than have passed put by. */
class HeadsInOrder {
  readonly late: SignedHead[] = [];
  count = 0;
  private readonly heads: AsyncIterator<SignedHead | null>;
  private next: SignedHead | undefined;

  constructor(
    heads: AsyncIterable<SignedHead | null>,
    private readonly check: LogCheck,
  ) {
    this.heads = heads[Symbol.asyncIterator]();
  }

  begin(): Promise<void> {
    return this.advance(0);
  }

  /** So many entries have passed. */
  async passed(entries: number): Promise<void> {
    while (this.next?.treeSize === entries) {
      this.check.head(this.next);
      await this.advance(entries);
    }
  }

  /** All entries have passed; `newest` is the database's own head. */
  async end(newest: SignedHead | undefined): Promise<void> {
    const { entries } = this.check;
    for (; this.next; await this.advance(entries)) {
      if (this.next.treeSize > entries) this.check.missing(this.next);
      else this.check.head(this.next);
    }
    if (newest && newest.treeSize > entries) this.check.missing(newest);
    else if (newest) this.putBy(newest);
  }

  /** To the next head that tells of as many entries as have passed, or of more. */
  private async advance(passed: number): Promise<void> {
    this.next = undefined;
    for (let read = await this.heads.next(); !read.done; read = await this.heads.next()) {
      this.count += 1;
      if (this.count % PIECE === 0) await turn();
      this.next = this.aheadOf(read.value, passed);
      if (this.next) return;
    }
  }

  private aheadOf(head: SignedHead | null, passed: number): SignedHead | undefined {
    if (head === null) this.check.unreadable();
    else if (head.treeSize > 0 && head.treeSize >= passed) return head;
    else this.putBy(head);
    return undefined;
  }

  private putBy(head: SignedHead): void {
    if (this.late.length < MOST_LATE) this.late.push(head);
    else this.check.unreadable();
  }
}

/** Heads of another key are not this log's: who began it anew could sign what they like. */
function isOwn(suite: Suite, head: SignedHead, log: AuditLog | undefined): boolean {
  return log?.publicKey === head.publicKey && isSigned(suite, textOfHead(head), head.signature, head.publicKey);
}
