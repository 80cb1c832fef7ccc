/** A row of a table as it would be released. */
export interface ReleasedRow {
  readonly quasi: readonly string[];
  readonly sensitive: readonly string[];
}

/** What a table of rows keeps of its promise: the least of all its classes. */
export interface TableSafety {
  readonly rows: number;
  readonly k: number;
  readonly l: number;
}

interface Counted {
  rows: number;
  readonly seen: readonly Set<string>[];
}

/**
 * Counts a table over from its texts alone: the fewest rows that share their quasi-identifiers (k), and the fewest
 * different values of a sensitive column among such rows (distinct l). 0 where there are no rows. It knows nothing of how
 * the table was made.
 */
export function countTable(rows: Iterable<ReleasedRow>): TableSafety {
  const classes = new Map<string, Counted>();
  let count = 0;
  for (const { quasi, sensitive } of rows) {
    const key = JSON.stringify(quasi);
    const found = classes.get(key) ?? { rows: 0, seen: sensitive.map(() => new Set<string>()) };
    if (found.rows === 0) classes.set(key, found);
    found.rows += 1;
    sensitive.forEach((value, at) => {
      found.seen[at]?.add(value);
    });
    count += 1;
  }
  let [k, l] = [count, count];
  for (const counted of classes.values()) {
    k = Math.min(k, counted.rows);
    for (const { size } of counted.seen) l = Math.min(l, size);
  }
  return { rows: count, k, l };
}
