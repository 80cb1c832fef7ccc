const ALPHANUMERIC = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** A mulberry32 stream of pseudo-random numbers: the same label always yields the same draws, another label unrelated ones. */
export class Random {
  private state: number;

  constructor(label: string) {
    this.state = hash(label);
  }

  /** At least 0, below 1. */
  next(): number {
    this.state = (this.state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.state ^ (this.state >>> 15), 1 | this.state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }

  /** A whole number between both bounds, inclusive. */
  int(low: number, high: number): number {
    return low + Math.floor(this.next() * (high - low + 1));
  }

  chance(probability: number): boolean {
    return this.next() < probability;
  }

  pick<T>(list: readonly [T, ...T[]]): T {
    return list[Math.floor(this.next() * list.length)] ?? list[0];
  }

  /** Favours the front of the list, as bestsellers are favoured. */
  pickFront<T>(list: readonly [T, ...T[]]): T {
    return list[Math.floor(this.next() ** 1.8 * list.length)] ?? list[0];
  }

  /** One of the entries, each as likely as its weight says. */
  weighted<T>(entries: readonly [readonly [T, number], ...(readonly [T, number])[]]): T {
    let left = this.next() * entries.reduce((sum, [, weight]) => sum + weight, 0);
    for (const [value, weight] of entries) {
      left -= weight;
      if (left < 0) return value;
    }
    return entries[0][0];
  }

  /** A count around the mean, from half of it to one and a half, at least `least`. */
  count(mean: number, least = 1): number {
    return Math.max(least, Math.round(mean * (0.5 + this.next())));
  }

  /** Letters and digits that look like an id made elsewhere. */
  token(length: number): string {
    return Array.from({ length }, () => ALPHANUMERIC[this.int(0, ALPHANUMERIC.length - 1)]).join('');
  }
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) value = Math.imul(value ^ text.charCodeAt(index), 0x01000193);
  return value >>> 0;
}
