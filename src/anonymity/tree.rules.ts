import { ANY, type Generalised, type Tree } from './generalisation.js';

const SEPARATOR = '\u0000';

/**
 * A tree over the values of a column; `wider` names what holds a value, the widest first. The loss of a node is the share
 * of all different values that it holds, of a leaf none: the normalised certainty penalty of a categorical attribute (Xu
 * et al., Utility-Based Anonymization Using Local Recoding, KDD 2006, 3.1).
 */
export function treeOf(values: readonly string[], wider: (value: string) => readonly string[]): Tree {
  const numbers = new Map<string, number>([['', 0]]);
  const labels = [ANY];
  const leaves = [0];
  const enter = (key: string, label: string): number => {
    const known = numbers.get(key);
    if (known !== undefined) return known;
    numbers.set(key, labels.length);
    leaves.push(0);
    return labels.push(label) - 1;
  };
  const paths = values.map((value) => {
    const names = wider(value);
    const inner = names.map((name, depth) => enter(names.slice(0, depth + 1).join(SEPARATOR), name));
    const path = [0, ...inner, enter(`${names.join(SEPARATOR)}${SEPARATOR}=${value}`, value)];
    for (const node of path) leaves[node] = (leaves[node] ?? 0) + 1;
    return Int32Array.from(path);
  });
  return { kind: 'TREE', paths, nodes: nodesOf(labels, leaves, paths, values.length) };
}

function nodesOf(
  labels: readonly string[],
  leaves: readonly number[],
  paths: readonly Int32Array[],
  values: number,
): Generalised[] {
  const own = new Set(paths.map((path) => path.at(-1)));
  return labels.map((label, node) => ({ label, loss: own.has(node) ? 0 : (leaves[node] ?? 0) / values }));
}
