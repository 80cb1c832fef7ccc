/** Makes something of an object once, and keeps it for as long as the object is there. */
export function madeOnce<K extends object, V extends object>(): (of: K, make: () => V) => V {
  const kept = new WeakMap<K, V>();
  return (of, make) => {
    const known = kept.get(of) ?? make();
    kept.set(of, known);
    return known;
  };
}
