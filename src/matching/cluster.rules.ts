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

/** Of a group that grew, at most this many neighbours are judged anew: those by the heaviest edges. */
const NEIGHBOURS_JUDGED = 64;

interface Group<G> {
  readonly first: number;
  readonly members: readonly number[];
  readonly evidence: G;
  /** Neighbours by the weight of the heaviest edge to them. */
  readonly neighbours: Map<Group<G>, number>;
  readonly apart: Set<Group<G>>;
  isCurrent: boolean;
}

interface Proposal<G> {
  readonly left: Group<G>;
  readonly right: Group<G>;
  readonly affinity: number;
}

/**
 * The persons of a component: the two groups that are most likely one person become one, again and again, as long as
 * all that is known of both together says so. A pure function of the evidence: in whatever order it came, ties are
 * decided by the nodes' numbers. Work grows with the edges and is bounded for each node.
 */
export function decideComponent<G>(evidence: ComponentEvidence<G>): number[][] {
  return new Clustering(evidence).run();
}

function precedes<G>(one: Proposal<G>, other: Proposal<G>): boolean {
  if (one.affinity !== other.affinity) return one.affinity > other.affinity;
  if (one.left.first !== other.left.first) return one.left.first < other.left.first;
  return one.right.first < other.right.first;
}

/** The most likely proposal first. */
class ProposalHeap<G> {
  private readonly items: Proposal<G>[] = [];

  push(item: Proposal<G>): void {
    let at = this.items.push(item) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = this.items[up];
      if (!parent || !precedes(item, parent)) break;
      this.items[at] = parent;
      at = up;
    }
    this.items[at] = item;
  }

  pop(): Proposal<G> | undefined {
    const top = this.items[0];
    const last = this.items.pop();
    if (last && this.items.length > 0) this.sink(last);
    return top;
  }

  private sink(item: Proposal<G>): void {
    let at = 0;
    for (;;) {
      const child = this.higherChild(2 * at + 1);
      const below = this.items[child];
      if (!below || !precedes(below, item)) break;
      this.items[at] = below;
      at = child;
    }
    this.items[at] = item;
  }

  private higherChild(left: number): number {
    const [one, other] = [this.items[left], this.items[left + 1]];
    return one && other && precedes(other, one) ? left + 1 : left;
  }
}

class Clustering<G> {
  private readonly heap = new ProposalHeap<G>();
  private readonly groupOf: Group<G>[];

  constructor(private readonly evidence: ComponentEvidence<G>) {
    this.groupOf = Array.from({ length: evidence.size }, (_, node) => ({
      first: node,
      members: [node],
      evidence: evidence.judge.of(node),
      neighbours: new Map(),
      apart: new Set(),
      isCurrent: true,
    }));
  }

  run(): number[][] {
    this.connect();
    for (const [left, right] of this.evidence.mustLinks) this.join(this.group(left), this.group(right));
    for (const { left, right, weight } of this.evidence.edges) this.proposeEdge(left, right, weight);
    for (let next = this.heap.pop(); next; next = this.heap.pop()) {
      if (next.left.isCurrent && next.right.isCurrent) this.proposeNeighbours(this.join(next.left, next.right));
    }
    return [...new Set(this.groupOf)].map(({ members }) => [...members]);
  }

  private group(node: number): Group<G> {
    const group = this.groupOf[node];
    if (!group) throw new RangeError(`There is no node ${node}.`);
    return group;
  }

  private connect(): void {
    for (const { left, right, weight } of this.evidence.edges) {
      const [one, other] = [this.group(left), this.group(right)];
      one.neighbours.set(other, Math.max(weight, one.neighbours.get(other) ?? Number.NEGATIVE_INFINITY));
      other.neighbours.set(one, Math.max(weight, other.neighbours.get(one) ?? Number.NEGATIVE_INFINITY));
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
    this.heap.push({ left, right, affinity });
  }

  private join(left: Group<G>, right: Group<G>): Group<G> {
    if (left === right || left.apart.has(right)) return left;
    const [earlier, later] = left.first < right.first ? [left, right] : [right, left];
    const group: Group<G> = {
      first: earlier.first,
      members: [...earlier.members, ...later.members].sort((one, other) => one - other),
      evidence: this.evidence.judge.merged(earlier.evidence, later.evidence),
      neighbours: new Map(),
      apart: new Set(),
      isCurrent: true,
    };
    for (const old of [earlier, later]) this.replace(old, group, earlier, later);
    for (const member of group.members) this.groupOf[member] = group;
    return group;
  }

  private replace(old: Group<G>, group: Group<G>, earlier: Group<G>, later: Group<G>): void {
    old.isCurrent = false;
    for (const [neighbour, weight] of old.neighbours) {
      neighbour.neighbours.delete(old);
      if (neighbour === earlier || neighbour === later) continue;
      const heaviest = Math.max(weight, group.neighbours.get(neighbour) ?? Number.NEGATIVE_INFINITY);
      group.neighbours.set(neighbour, heaviest);
      neighbour.neighbours.set(group, heaviest);
    }
    for (const stranger of old.apart) {
      stranger.apart.delete(old);
      stranger.apart.add(group);
      group.apart.add(stranger);
    }
  }

  private proposeNeighbours(group: Group<G>): void {
    for (const neighbour of heaviest(group.neighbours))
      this.propose(group, neighbour, this.evidence.judge.affinity(group.evidence, neighbour.evidence));
  }
}

function heaviest<G>(neighbours: Map<Group<G>, number>): Iterable<Group<G>> {
  if (neighbours.size <= NEIGHBOURS_JUDGED) return neighbours.keys();
  return [...neighbours]
    .sort(([one, weight], [other, otherWeight]) => otherWeight - weight || one.first - other.first)
    .slice(0, NEIGHBOURS_JUDGED)
    .map(([group]) => group);
}
