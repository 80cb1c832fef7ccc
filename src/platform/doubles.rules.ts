const WORD = new DataView(new ArrayBuffer(8));

/** The least number above one that is not negative. */
export function justAbove(number: number): number {
  return stepped(number, 1n);
}

/** The greatest number below a positive one. */
export function justBelow(number: number): number {
  return stepped(number, -1n);
}

/** Positive doubles stand in the order of their bits (IEEE 754). */
function stepped(number: number, step: bigint): number {
  WORD.setFloat64(0, Math.abs(number)); // without the sign of -0
  WORD.setBigInt64(0, WORD.getBigInt64(0) + step);
  return WORD.getFloat64(0);
}
