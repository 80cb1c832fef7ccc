/** Pauses between attempts, in milliseconds: the first, then each twice as long, up to the longest. Never ends. */
export function* doubling(first: number, longest: number): Generator<number, never> {
  for (let pause = first; ; pause = Math.min(longest, pause * 2)) yield pause;
}
