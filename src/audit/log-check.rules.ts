import type { Suite } from '../platform/suites/suite.js';
import { type ChainEnd, hashOf, readCanonical, startOfChain } from './audit-chain.rules.js';
import type { SignedHead } from './audit-head.rules.js';
import { Frontier, leafHash } from './merkle.rules.js';
import { subjectsOf } from './told-facts.rules.js';

/** An entry as it is stored. */
export interface CheckedEntry {
  readonly sequence: number;
  readonly at: Date;
  readonly actor: string;
  readonly action: string;
  readonly subjects: readonly string[];
  readonly hash: string;
  readonly canonical: string;
  readonly nodes: readonly Uint8Array[];
}

/** Whether a head is signed by the log's key. */
export type IsSigned = (head: SignedHead) => boolean;

/** What does not fit, and from which entry on; null where it can't be told of one. */
export interface LogFault {
  readonly sequence: number | null;
  readonly fault: string;
}

/** The log of a tenant, by which it is judged. */
export interface CheckedLog {
  readonly tenantId: string;
  readonly suite: Suite;
  readonly isSigned: IsSigned;
}

/**
 * Judges a log as its entries and heads pass by in order, in memory that does not grow with it: each entry's form, hash and
 * copies, its place behind the one before, its nodes of the Merkle tree, and the tree against each head. The first fault stands.
 */
export class LogCheck {
  private end: ChainEnd;
  private readonly frontier: Frontier;
  private found: LogFault | undefined;
  private count = 0;
  private lastFitting = 0;

  constructor(private readonly log: CheckedLog) {
    this.end = startOfChain(log.suite);
    this.frontier = new Frontier(log.suite);
  }

  /** How many entries have passed. */
  get entries(): number {
    return this.count;
  }

  get fault(): LogFault | undefined {
    return this.found;
  }

  root(): string {
    return this.frontier.root().toString('hex');
  }

  /** The next entry, in the order of their keys. */
  entry(entry: CheckedEntry): void {
    const { suite } = this.log;
    const expected = this.end.sequence + 1;
    this.count += 1;
    if (entry.sequence !== expected) this.note(Math.min(expected, entry.sequence), 'an entry is missing or too many');
    const nodes = this.frontier.append(leafHash(suite, Buffer.from(entry.canonical)));
    const fault =
      this.faultOf(entry) ?? (areSame(nodes, entry.nodes) ? undefined : 'its nodes are not those of the tree');
    if (fault) this.note(entry.sequence, fault);
    this.end = { sequence: entry.sequence, hash: entry.hash };
  }

  /** A head of as many entries as have passed. */
  head(head: SignedHead): void {
    this.headOver(head, this.root());
  }

  /** A head, and the root that the tree had at its size. */
  headOver(head: SignedHead, root: string): void {
    if (head.tenant !== this.log.tenantId || !this.log.isSigned(head))
      this.note(null, 'a head is not signed by the key of the log');
    else if (head.rootHash !== root) this.note(this.lastFitting + 1, 'the entries are not those of a published head');
    else this.lastFitting = Math.max(this.lastFitting, head.treeSize);
  }

  /** A head of more entries than there are. */
  missing(head: SignedHead): void {
    this.note(this.end.sequence + 1, `the entries up to ${head.treeSize} are missing that a head tells of`);
  }

  /** What stands among published heads and is none. */
  unreadable(): void {
    this.note(null, 'a line among the published heads is none');
  }

  private note(sequence: number | null, fault: string): void {
    this.found ??= { sequence, fault };
  }

  private faultOf(entry: CheckedEntry): string | undefined {
    const told = readCanonical(entry.canonical);
    if (!told) return 'its canonical form can not be read';
    if (hashOf(this.log.suite, entry.canonical) !== entry.hash) return 'its hash is not that of its canonical form';
    if (told.previousHash !== this.end.hash) return 'it does not follow the entry before';
    if (told.sequence !== entry.sequence || told.tenant !== this.log.tenantId) return 'it belongs to another place';
    return areCopies(told, entry) ? undefined : 'its copies say something else than its canonical form';
  }
}

function areCopies(told: NonNullable<ReturnType<typeof readCanonical>>, entry: CheckedEntry): boolean {
  const isSame = told.actor === entry.actor && told.action === entry.action && Date.parse(told.at) === Number(entry.at);
  return isSame && subjectsOf(told).join() === entry.subjects.join();
}

function areSame(expected: readonly Uint8Array[], found: readonly Uint8Array[]): boolean {
  return (
    expected.length === found.length &&
    expected.every((node, n) => Buffer.compare(node, found[n] ?? node.subarray(1)) === 0)
  );
}
