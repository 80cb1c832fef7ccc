const WORD = new DataView(new ArrayBuffer(8));

/** The greatest number below a positive one: positive doubles stand in the order of their bits (IEEE 754). */
export function justBelow(number: number): number {
  WORD.setFloat64(0, number);
  WORD.setBigInt64(0, WORD.getBigInt64(0) - 1n);
  return WORD.getFloat64(0);
}
