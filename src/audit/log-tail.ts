import type { Suite } from '../platform/suites/suite.js';
import { type ChainEnd, chainFact } from './audit-chain.rules.js';
import { keyOfEntry, type StoredEntry } from './audit-entry.store.js';
import { type SignedHead, textOfHead } from './audit-head.rules.js';
import type { AuditLog } from './audit-log.entity.js';
import type { LogState } from './audit-log.store.js';
import type { HeadSigner } from './head-signer.js';
import { Frontier, leafHash } from './merkle.rules.js';
import { type OwnFact, subjectsOf } from './told-facts.rules.js';

/** The end of one log, to which entries are added: its last hash and the right edge of its tree, whatever its length. */
export class LogTail {
  private end: ChainEnd;
  private readonly frontier: Frontier;

  constructor(
    private readonly tenantId: string,
    { size, lastHash, frontier }: AuditLog,
    private readonly suite: Suite,
    private readonly signer: HeadSigner,
  ) {
    this.end = { sequence: size, hash: lastHash };
    this.frontier = new Frontier(suite, size, frontier);
  }

  get size(): number {
    return this.end.sequence;
  }

  /** The entry of a fact, behind all others. */
  add({ fact, origin }: OwnFact): StoredEntry {
    const { canonical, hash, sequence } = chainFact(this.suite, this.end, this.tenantId, fact);
    const nodes = this.frontier.append(leafHash(this.suite, Buffer.from(canonical)));
    this.end = { sequence, hash };
    const { at, actor, action } = fact;
    const key = { _id: keyOfEntry(this.tenantId, sequence), tenantId: this.tenantId };
    const found = { at: new Date(at), actor, action, subjects: subjectsOf(fact) };
    return { ...key, ...found, sequence, hash, canonical, nodes, origin };
  }

  /** Takes an entry that is stored behind the end already as it stands: whether it is right is for verification to say. */
  adopt({ canonical, hash }: StoredEntry): void {
    this.frontier.append(leafHash(this.suite, Buffer.from(canonical)));
    this.end = { sequence: this.end.sequence + 1, hash };
  }

  /** Where the log has come to, under a head signed at this moment. */
  state(now: Date, taken: readonly string[]): LogState & { readonly head: SignedHead } {
    const head = {
      tenant: this.tenantId,
      treeSize: this.size,
      rootHash: this.frontier.root().toString('hex'),
      at: now.toISOString(),
    };
    const signature = this.signer.sign(textOfHead(head));
    return {
      size: this.size,
      lastHash: this.end.hash,
      frontier: this.frontier.edge(),
      head: { ...head, signature, publicKey: this.signer.publicKey },
      taken: [...taken],
    };
  }
}
