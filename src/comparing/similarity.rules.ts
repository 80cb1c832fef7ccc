const { floor, max, min } = Math;

const WINKLER_PREFIX = 4;
const WINKLER_SCALE = 0.1;
const LONGEST_COMPARED = 64;

/** The pieces of `left` and `right` that agree within Jaro's window, as positions. */
function agreeing(left: string, right: string): { left: number[]; right: number[] } {
  const window = max(0, floor(max(left.length, right.length) / 2) - 1);
  const taken = new Uint8Array(right.length);
  const found: number[] = [];
  for (let at = 0; at < left.length; at++) {
    const to = min(right.length - 1, at + window);
    for (let other = max(0, at - window); other <= to; other++) {
      if (taken[other] === 1 || left.charCodeAt(at) !== right.charCodeAt(other)) continue;
      taken[other] = 1;
      found.push(at);
      break;
    }
  }
  const others: number[] = [];
  for (let other = 0; other < right.length; other++) if (taken[other] === 1) others.push(other);
  return { left: found, right: others };
}

/** Jaro's similarity, 0 to 1 (Jaro 1989, JASA 84:414). */
function jaro(left: string, right: string): number {
  const same = agreeing(left, right);
  const count = same.left.length;
  if (count === 0) return 0;
  let moved = 0;
  for (let at = 0; at < count; at++) {
    if (left.charCodeAt(same.left[at] ?? 0) !== right.charCodeAt(same.right[at] ?? 0)) moved++;
  }
  return (count / left.length + count / right.length + (count - moved / 2) / count) / 3;
}

/**
 * Jaro-Winkler similarity, 0 to 1: a common start of up to four characters counts more (Winkler 1990). Of long texts the
 * first 64 characters are compared, since the work grows with the square.
 */
export function jaroWinkler(left: string, right: string): number {
  if (left === right) return 1;
  const base = jaro(left.slice(0, LONGEST_COMPARED), right.slice(0, LONGEST_COMPARED));
  let prefix = 0;
  while (prefix < WINKLER_PREFIX && prefix < left.length && left[prefix] === right[prefix]) prefix++;
  return base + prefix * WINKLER_SCALE * (1 - base);
}

function commonStart(left: string, right: string): number {
  const longest = min(left.length, right.length);
  let at = 0;
  while (at < longest && left.charCodeAt(at) === right.charCodeAt(at)) at++;
  return at;
}

/** Whether one edit turns one into the other: a character replaced, left out or added, or two neighbours swapped (Damerau 1964). */
export function isOneEditApart(left: string, right: string): boolean {
  const difference = left.length - right.length;
  if (difference > 1 || difference < -1 || left === right) return false;
  const start = commonStart(left, right);
  if (difference > 0) return left.slice(start + 1) === right.slice(start);
  if (difference < 0) return left.slice(start) === right.slice(start + 1);
  return left.slice(start + 1) === right.slice(start + 1) || isSwappedAt(left, right, start);
}

function isSwappedAt(left: string, right: string, at: number): boolean {
  return left[at] === right[at + 1] && left[at + 1] === right[at] && left.slice(at + 2) === right.slice(at + 2);
}

/** Whether two texts of equal length agree wherever neither hides a character behind a `*`. */
export function fitsMask(left: string, right: string): boolean {
  if (left.length !== right.length) return false;
  for (let at = 0; at < left.length; at++) {
    if (left[at] !== right[at] && left[at] !== '*' && right[at] !== '*') return false;
  }
  return true;
}
