export const MILLISECONDS_PER_DAY = 86_400_000;

/** The number of the UTC day of an instant, counted from 1 January 1970. */
export function dayNumberOf(date: Date): number {
  return Math.floor(date.getTime() / MILLISECONDS_PER_DAY);
}

/** The earlier of two instants. */
export function earlier(a: Date, b: Date): Date {
  return a.getTime() <= b.getTime() ? a : b;
}

/** The later of two instants. */
export function later(a: Date, b: Date): Date {
  return a.getTime() >= b.getTime() ? a : b;
}
