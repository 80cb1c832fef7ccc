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
 * different values of a sensitive column among such rows (distinct l; as many as there are rows, where there is no such
 * column). It knows nothing of how the table was made.
 */
export class TableCount {
  private readonly classes = new Map<string, Counted>();
  private rows = 0;

  add({ quasi, sensitive }: ReleasedRow): void {
    const key = JSON.stringify(quasi);
    const found = this.classes.get(key) ?? { rows: 0, seen: sensitive.map(() => new Set<string>()) };
    if (found.rows === 0) this.classes.set(key, found);
    found.rows += 1;
    sensitive.forEach((value, at) => {
      found.seen[at]?.add(value);
    });
    this.rows += 1;
  }

  /** Of all rows so far. */
  result(): TableSafety {
    let [k, l] = [this.rows, this.rows];
    for (const counted of this.classes.values()) {
      k = Math.min(k, counted.rows);
      for (const { size } of counted.seen) l = Math.min(l, size);
    }
    return { rows: this.rows, k, l };
  }
}
