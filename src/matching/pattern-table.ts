import { LEVELS_AT_MOST } from './level-weights.js';
import { packedDoubles, packedIntegers } from './packed-numbers.js';

/** Each way in which pairs compare once, with the number of pairs: a tree with a step a field. */
export class PatternTable {
  /** By node * LEVELS_AT_MOST + level: the node below, of the last field the pattern's number and 1; 0 where there is none. */
  private readonly below = packedIntegers();
  private readonly levels = packedIntegers();
  private readonly counts = packedDoubles();

  constructor(private readonly width: number) {
    this.addNode();
  }

  /** Counts a pair, and gives the number of its pattern. */
  count(pattern: Uint8Array): number {
    let node = 0;
    for (let field = 0; field < this.width - 1; field++) node = this.nodeBelow(node, pattern[field] ?? 0);
    const last = node * LEVELS_AT_MOST + (pattern[this.width - 1] ?? 0);
    const number = this.below.at(last) - 1;
    if (number < 0) return this.addPattern(last, pattern);
    this.counts.set(number, this.counts.at(number) + 1);
    return number;
  }

  all(): { levels: Uint8Array; counts: Float64Array } {
    return { levels: Uint8Array.from(this.levels.view()), counts: this.counts.view() };
  }

  private nodeBelow(node: number, level: number): number {
    const at = node * LEVELS_AT_MOST + level;
    const known = this.below.at(at);
    if (known !== 0) return known;
    const added = this.addNode();
    this.below.set(at, added);
    return added;
  }

  private addNode(): number {
    const node = this.below.length / LEVELS_AT_MOST;
    for (let level = 0; level < LEVELS_AT_MOST; level++) this.below.push(0);
    return node;
  }

  private addPattern(at: number, pattern: Uint8Array): number {
    this.below.set(at, this.counts.length + 1);
    for (const level of pattern) this.levels.push(level);
    this.counts.push(1);
    return this.counts.length - 1;
  }
}
