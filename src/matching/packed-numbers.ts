const LEAST = 1024;

/** Numbers in a growing typed array. */
export class PackedNumbers<A extends Int32Array | Float64Array> {
  private numbers: A;
  private count = 0;

  constructor(private readonly ofLength: (length: number) => A) {
    this.numbers = ofLength(LEAST);
  }

  get length(): number {
    return this.count;
  }

  push(value: number): void {
    if (this.count === this.numbers.length) this.grow();
    this.numbers[this.count++] = value;
  }

  at(index: number): number {
    return this.numbers[index] ?? 0;
  }

  set(index: number, value: number): void {
    this.numbers[index] = value;
  }

  /** The numbers so far; valid until the next push. */
  view(): A {
    return this.numbers.subarray(0, this.count) as A;
  }

  private grow(): void {
    const larger = this.ofLength(Math.ceil(this.numbers.length * 1.6));
    larger.set(this.numbers);
    this.numbers = larger;
  }
}

export function packedIntegers(): PackedNumbers<Int32Array> {
  return new PackedNumbers((length) => new Int32Array(length));
}

export function packedDoubles(): PackedNumbers<Float64Array> {
  return new PackedNumbers((length) => new Float64Array(length));
}

/** A number of an array that is known to be there; one function a type of array, which keeps them fast. */
export function integerAt(array: Int32Array, at: number): number {
  return array[at] ?? 0;
}

export function doubleAt(array: Float64Array, at: number): number {
  return array[at] ?? 0;
}

export function byteAt(array: Uint8Array, at: number): number {
  return array[at] ?? 0;
}
