import { ProposalHeap } from './proposal-heap.js';

/** That two nodes may be one person; `weight` in bits is the affinity of the two alone. */
export interface ClusterEdge {
  readonly left: number;
  readonly right: number;
  readonly weight: number;
}

/** Two nodes by their numbers. */
export type NodePair = readonly [number, number];

/** Judges groups of nodes by all that is known of each. `G` is what is known of a group. */
export interface GroupJudge<G> {
  of(node: number): G;
  merged(left: G, right: G): G;
  /** The weight, in bits, that two groups are one person; minus infinity where something rules it out. */
  affinity(left: G, right: G): number;
}

/** All there is to know of the nodes that evidence connects. Nodes are numbered in the order of their ids. */
export interface ComponentEvidence<G> {
  readonly size: number;
  readonly edges: readonly ClusterEdge[];
  readonly mustLinks: readonly NodePair[];
  readonly cannotLinks: readonly NodePair[];
  /** Groups become one from this affinity on, in bits. */
  readonly threshold: number;
  readonly judge: GroupJudge<G>;
}

/** Of a group that grew, at most this many old neighbours are judged anew: those by the heaviest edges. */
const NEIGHBOURS_JUDGED = 64;

interface Group<G> {
  first: number;
  members: number[];
  evidence: G;
  /** Groups that an edge leads to, those by heavier edges first. */
  readonly neighbours: Set<Group<G>>;
  readonly apart: Set<Group<G>>;
  /** Grows with the group; what was proposed for an earlier version is void. */
  version: number;
}

interface Proposal<G> {
  readonly left: Group<G>;
  readonly right: Group<G>;
  readonly versions: readonly [number, number];
  readonly affinity: number;
}

/**
 * The persons of a component: the two groups that are most likely one person become one, again and again, as long as
 * all that is known of both together says so. A pure function of the evidence: in whatever order it came, ties are
 * decided by the nodes' numbers. Work grows with the edges and is bounded for each node.
 */
export function clusterRecords<G>(evidence: ComponentEvidence<G>): number[][] {
  return new Clustering(evidence).run();
}

function precedes<G>(one: Proposal<G>, other: Proposal<G>): boolean {
  if (one.affinity !== other.affinity) return one.affinity > other.affinity;
  if (one.left.first !== other.left.first) return one.left.first < other.left.first;
  return one.right.first < other.right.first;
}

function byWeight(one: ClusterEdge, other: ClusterEdge): number {
  return other.weight - one.weight || one.left - other.left || one.right - other.right;
}

class Clustering<G> {
  private readonly heap = new ProposalHeap<Proposal<G>>(precedes);
  private readonly groupOf: Group<G>[];

  constructor(private readonly evidence: ComponentEvidence<G>) {
    this.groupOf = Array.from({ length: evidence.size }, (_, node) => ({
      first: node,
      members: [node],
      evidence: evidence.judge.of(node),
      neighbours: new Set(),
      apart: new Set(),
      version: 0,
    }));
  }

  run(): number[][] {
    const edges = [...this.evidence.edges].sort(byWeight);
    this.connect(edges);
    for (const [left, right] of this.evidence.mustLinks) this.join(this.group(left), this.group(right));
    for (const { left, right, weight } of edges) this.proposeEdge(left, right, weight);
    for (let next = this.heap.pop(); next; next = this.heap.pop()) {
      const { left, right, versions } = next;
      if (left.version === versions[0] && right.version === versions[1]) this.grow(left, right);
    }
    return [...new Set(this.groupOf)].map(({ members }) => members.sort((one, other) => one - other));
  }

  private group(node: number): Group<G> {
    const group = this.groupOf[node];
    if (!group) throw new RangeError(`There is no node ${node}.`);
    return group;
  }

  private connect(edges: readonly ClusterEdge[]): void {
    for (const { left, right } of edges) {
      this.group(left).neighbours.add(this.group(right));
      this.group(right).neighbours.add(this.group(left));
    }
    for (const [left, right] of this.evidence.cannotLinks) {
      this.group(left).apart.add(this.group(right));
      this.group(right).apart.add(this.group(left));
    }
  }

  /** The affinity of two single nodes is their edge's weight; where people have linked some, it is judged. */
  private proposeEdge(left: number, right: number, weight: number): void {
    const [one, other] = [this.group(left), this.group(right)];
    if (one === other) return;
    const isSingle = one.members.length === 1 && other.members.length === 1;
    this.propose(one, other, isSingle ? weight : this.evidence.judge.affinity(one.evidence, other.evidence));
  }

  private propose(one: Group<G>, other: Group<G>, affinity: number): void {
    if (!(affinity >= this.evidence.threshold) || one.apart.has(other)) return;
    const [left, right] = one.first < other.first ? [one, other] : [other, one];
    this.heap.push({ left, right, versions: [left.version, right.version], affinity });
  }

  private grow(left: Group<G>, right: Group<G>): void {
    const added = [...smallerOf(left, right).neighbours];
    const group = this.join(left, right);
    const judged = new Set(firstOf(group.neighbours, NEIGHBOURS_JUDGED));
    for (const neighbour of added) if (group.neighbours.has(neighbour)) judged.add(neighbour);
    for (const neighbour of judged)
      this.propose(group, neighbour, this.evidence.judge.affinity(group.evidence, neighbour.evidence));
  }

  /** The larger group takes in the smaller, so that each node moves few times. */
  private join(left: Group<G>, right: Group<G>): Group<G> {
    if (left === right || left.apart.has(right)) return left;
    const smaller = smallerOf(left, right);
    const larger = smaller === left ? right : left;
    larger.evidence = this.evidence.judge.merged(larger.evidence, smaller.evidence);
    larger.first = Math.min(larger.first, smaller.first);
    for (const member of smaller.members) {
      larger.members.push(member);
      this.groupOf[member] = larger;
    }
    replaceIn('neighbours', smaller, larger);
    replaceIn('apart', smaller, larger);
    larger.version++;
    smaller.version++;
    return larger;
  }
}

function firstOf<T>(items: Iterable<T>, most: number): T[] {
  const first: T[] = [];
  for (const item of items) {
    if (first.length === most) break;
    first.push(item);
  }
  return first;
}

function smallerOf<G>(left: Group<G>, right: Group<G>): Group<G> {
  const [ofLeft, ofRight] = [left.members.length + left.neighbours.size, right.members.length + right.neighbours.size];
  if (ofLeft === ofRight) return left.first < right.first ? right : left;
  return ofLeft < ofRight ? left : right;
}

/** Whoever was beside the smaller group is beside the larger one now. */
function replaceIn<G>(which: 'neighbours' | 'apart', smaller: Group<G>, larger: Group<G>): void {
  for (const group of smaller[which]) {
    group[which].delete(smaller);
    if (group === larger) continue;
    group[which].add(larger);
    larger[which].add(group);
  }
  larger[which].delete(smaller);
}
