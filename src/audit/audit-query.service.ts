import type { RequestContext, TenantContext } from '../platform/context.js';
import { badInput, notFound } from '../platform/errors.js';
import { decodeCursor, encodeCursor, pageOf, pageSize } from '../platform/page.js';
import { suiteNamed } from '../platform/suites/suites.js';
import { actorName } from './actor-name.js';
import type { AuditConnection, AuditConsistency, AuditHead, AuditProof } from './audit.view.js';
import { readCanonical } from './audit-chain.rules.js';
import type { AuditEntry } from './audit-entry.entity.js';
import type { AuditEntryStore, EntryPosition, StoredEntry } from './audit-entry.store.js';
import { textOfHead } from './audit-head.rules.js';
import type { AuditLog } from './audit-log.entity.js';
import { type AuditLogStore, suiteOf } from './audit-log.store.js';
import { entryIdOf, sequenceOfId } from './entry-id.rules.js';
import { emptyRoot, leafHash } from './merkle.rules.js';
import { consistencySpans, inclusionSpans } from './merkle-proof.rules.js';
import type { MerkleReader } from './merkle-reader.js';

/** What page of the log is asked for. */
export interface EntryListing {
  readonly actor: string | null;
  readonly action: string | null;
  readonly subject: string | null;
  readonly range: { readonly from: Date; readonly to: Date } | null;
  readonly first: number;
  readonly after: string | null;
}

/** Reads logs, and proves what is in them. */
export class AuditQueryService {
  constructor(
    private readonly entries: AuditEntryStore,
    private readonly logs: AuditLogStore,
    private readonly merkle: MerkleReader,
  ) {}

  /** A page of the log, newest first. */
  async list(ctx: RequestContext, { first, after, ...asked }: EntryListing): Promise<AuditConnection> {
    const size = pageSize(first);
    const query = JSON.stringify(['auditLog', asked]);
    const place = after === null ? undefined : positionOf(decodeCursor(ctx, query, after));
    const { actor, action, subject, range } = asked;
    const filter = {
      actor: actor === null ? undefined : actorName(ctx.keys, actor),
      action: action ?? undefined,
      subject: subject ?? undefined,
      range: range ?? undefined,
    };
    const rows = await this.entries.findPage(ctx, filter, place, size + 1);
    const cursorOf = ({ at, sequence }: StoredEntry) => encodeCursor(ctx, query, [at.getTime(), sequence]);
    const { edges, pageInfo } = pageOf(rows, size, cursorOf, place !== undefined);
    return { pageInfo, edges: edges.map(({ cursor, node }) => ({ cursor, node: shown(node) })) };
  }

  /** The entry of an id, or null. */
  async find(ctx: TenantContext, id: string): Promise<AuditEntry | null> {
    const sequence = sequenceOfId(id);
    const [entry] = sequence === undefined ? [] : await this.entries.findBySequence(ctx, [sequence]);
    return entry ? shown(entry) : null;
  }

  /** The newest signed head; null before the first entry. */
  async head(ctx: TenantContext): Promise<AuditHead | null> {
    const log = await this.logs.find(ctx);
    return log ? headOf(log) : null;
  }

  /** Proof that an entry is in the tree of the newest head; NOT_FOUND where it is not. */
  async prove(ctx: TenantContext, sequence: number): Promise<AuditProof> {
    const log = await this.logs.find(ctx);
    const head = log && headOf(log);
    const isIn = head && Number.isSafeInteger(sequence) && sequence >= 1 && sequence <= head.treeSize;
    const [entry] = isIn ? await this.entries.findBySequence(ctx, [sequence]) : [];
    if (!entry || !head || !log) throw notFound('The entry');
    const suite = suiteOf(ctx, log);
    const path = await this.merkle.hashes(ctx, suite, inclusionSpans(sequence - 1, head.treeSize));
    const { treeSize, rootHash, signature } = head;
    const leaf = leafHash(suite, Buffer.from(entry.canonical)).toString('hex');
    return { sequence, leafHash: leaf, treeSize, rootHash, path: path.map(hex), signature, head };
  }

  /** Proof that the tree of `toSize` entries begins with that of `fromSize`; BAD_USER_INPUT where there are none such. */
  async compare(ctx: TenantContext, fromSize: number, toSize: number): Promise<AuditConsistency> {
    const log = await this.logs.find(ctx);
    const { size = 0 } = log ?? {};
    if (!isWithin(toSize, 0, size)) throw badInput('toSize', `must be a whole number from 0 to ${size}`);
    if (!isWithin(fromSize, 0, toSize)) throw badInput('fromSize', 'must be a whole number from 0 to toSize');
    const suite = suiteOf(ctx, log);
    const rootAt = async (at: number) => hex(at === 0 ? emptyRoot(suite) : await this.merkle.rootAt(ctx, suite, at));
    const spans = consistencySpans(fromSize, toSize);
    const path = spans.length > 0 ? await this.merkle.hashes(ctx, suite, spans) : [];
    return { fromSize, toSize, fromRoot: await rootAt(fromSize), toRoot: await rootAt(toSize), path: path.map(hex) };
  }
}

function shown(entry: StoredEntry): AuditEntry {
  const told = readCanonical(entry.canonical);
  const { subject = null, outcome = '', details = {}, previousHash = '' } = told ?? {};
  return { ...entry, id: entryIdOf(entry.sequence), subject, outcome, details, previousHash };
}

function headOf({ head, suite }: AuditLog): AuditHead | null {
  if (!head) return null;
  const { hashName, signatureName } = suiteNamed(suite);
  const { treeSize, rootHash, at, signature, publicKey } = head;
  const signed = textOfHead(head);
  return {
    treeSize,
    rootHash,
    at: new Date(at),
    signed,
    signature,
    publicKey,
    algorithm: signatureName,
    suite: hashName,
  };
}

function positionOf([at, sequence]: unknown[]): EntryPosition {
  return { at: new Date(Number(at)), sequence: Number(sequence) };
}

function isWithin(number: number, least: number, most: number): boolean {
  return Number.isSafeInteger(number) && number >= least && number <= most;
}

function hex(hash: Uint8Array): string {
  return Buffer.from(hash).toString('hex');
}
