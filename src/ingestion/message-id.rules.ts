import { createHash } from 'node:crypto';

function sortKeys(_key: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
}

/**
 * A message id for an item that came without one: a SHA-256 over its content, so that the same content sent again is
 * the same item. The order of names makes no difference. The content may not be nested deeper than the rules allow.
 */
export function messageIdOf(door: string, content: unknown): string {
  const digest = createHash('sha256').update(JSON.stringify(content, sortKeys)).digest('hex');
  return `${door}-${digest.slice(0, 40)}`;
}
