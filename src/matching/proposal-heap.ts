/** Keeps items so that the one that precedes all others comes first. */
export class ProposalHeap<T> {
  private readonly items: T[] = [];

  constructor(private readonly precedes: (one: T, other: T) => boolean) {}

  push(item: T): void {
    let at = this.items.push(item) - 1;
    while (at > 0) {
      const up = (at - 1) >> 1;
      const parent = this.items[up];
      if (!parent || !this.precedes(item, parent)) break;
      this.items[at] = parent;
      at = up;
    }
    this.items[at] = item;
  }

  pop(): T | undefined {
    const top = this.items[0];
    const last = this.items.pop();
    if (last && this.items.length > 0) this.sink(last);
    return top;
  }

  private sink(item: T): void {
    let at = 0;
    for (;;) {
      const child = this.higherChild(2 * at + 1);
      const below = this.items[child];
      if (!below || !this.precedes(below, item)) break;
      this.items[at] = below;
      at = child;
    }
    this.items[at] = item;
  }

  private higherChild(left: number): number {
    const [one, other] = [this.items[left], this.items[left + 1]];
    return one && other && this.precedes(other, one) ? left + 1 : left;
  }
}
