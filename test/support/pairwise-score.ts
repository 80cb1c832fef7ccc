/** How well clusters agree with the persons of a truth: over all pairs of records, those found and those that are. */
export function pairwiseF1(clusterOf: ReadonlyMap<string, string>, personOf: ReadonlyMap<string, string>): number {
  const records = [...personOf.keys()];
  const both = records.map((id) => `${clusterOf.get(id)}\n${personOf.get(id)}`);
  const [together, found, true_] = [both, records.map((id) => `${clusterOf.get(id)}`), [...personOf.values()]].map(
    pairs,
  );
  return (2 * (together ?? 0)) / ((found ?? 0) + (true_ ?? 0));
}

function pairs(groups: readonly string[]): number {
  const sizes = new Map<string, number>();
  for (const group of groups) sizes.set(group, (sizes.get(group) ?? 0) + 1);
  return [...sizes.values()].reduce((sum, size) => sum + (size * (size - 1)) / 2, 0);
}
