import type { TenantContext } from '../platform/context.js';
import type { Suite } from '../platform/suites/suite.js';
import type { AuditEntryStore, StoredEntry } from './audit-entry.store.js';
import { joined, leafHash, type NodePlace, subtreesOf } from './merkle.rules.js';
import { hashesOf, placesOf } from './merkle-proof.rules.js';

type Spans = Parameters<typeof placesOf>[0];

/** Nodes of a log's Merkle tree, read from the entries that made them whole: as many as a proof is long, never the log. */
export class MerkleReader {
  constructor(private readonly entries: Pick<AuditEntryStore, 'findBySequence'>) {}

  /** The root over the first `size` entries. One command. */
  async rootAt(ctx: TenantContext, suite: Suite, size: number): Promise<Buffer> {
    const places = subtreesOf(0, size);
    const hashAt = await this.read(ctx, suite, places);
    return joined(suite, places.map(hashAt));
  }

  /** The hashes of spans of leaves, in their order. One command. */
  async hashes(ctx: TenantContext, suite: Suite, spans: Spans): Promise<Buffer[]> {
    return hashesOf(suite, spans, await this.read(ctx, suite, placesOf(spans)));
  }

  private async read(ctx: TenantContext, suite: Suite, places: readonly NodePlace[]) {
    const found = await this.entries.findBySequence(ctx, places.map(sequenceOfPlace));
    const bySequence = new Map(found.map((entry) => [entry.sequence, entry]));
    return (place: NodePlace): Buffer => {
      const entry = bySequence.get(sequenceOfPlace(place));
      const node = entry && nodeOf(suite, entry, place);
      if (!node) throw new Error(`The audit log has lost a node at entry ${sequenceOfPlace(place)}: verify it.`);
      return node;
    };
  }
}

/** The entry whose leaf made a subtree whole: its last. */
function sequenceOfPlace({ level, index }: NodePlace): number {
  return (index + 1) * 2 ** level;
}

function nodeOf(suite: Suite, { canonical, nodes }: StoredEntry, { level }: NodePlace): Buffer | undefined {
  return level === 0 ? leafHash(suite, Buffer.from(canonical)) : nodes[level - 1];
}
