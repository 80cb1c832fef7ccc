/** k and l of rows of text, counted in the plainest way: each row against each other one. */
export function naiveSafety(rows: readonly (readonly string[])[], quasi: number): { k: number; l: number } {
  const keys = rows.map((row) => JSON.stringify(row.slice(0, quasi)));
  let [k, l] = [rows.length, rows.length];
  for (const key of new Set(keys)) {
    const alike = rows.filter((_, at) => keys[at] === key);
    k = Math.min(k, alike.length);
    for (const at of (rows[0] ?? []).keys())
      if (at >= quasi) l = Math.min(l, new Set(alike.map((row) => row[at])).size);
  }
  return { k, l };
}
