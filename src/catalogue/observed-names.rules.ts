import { holdsPersonalData } from '../platform/personal-data.rules.js';
import type { ValueKind } from '../rules/value-kind.js';

const DEEPEST = 3;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/;
const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** A name and what was seen under it. */
export interface Observed {
  /** Empty for traits. */
  readonly event: string;
  readonly path: string;
  readonly kind: ValueKind;
}

/** Which kind wins where values of several were seen: the one that a value of any other can still be read as. */
const PRECEDENCE: readonly ValueKind[] = ['text', 'texts', 'number', 'boolean', 'instant', 'day'];

/** How a value as it came is compared; undefined for what rules can't compare. */
function kindOfValue(value: unknown): ValueKind | undefined {
  if (typeof value === 'number') return 'number';
  if (typeof value === 'boolean') return 'boolean';
  if (Array.isArray(value))
    return value.length > 0 && value.every((one) => typeof one === 'string') ? 'texts' : undefined;
  if (typeof value !== 'string') return undefined;
  if (INSTANT.test(value)) return 'instant';
  return DAY.test(value) ? 'day' : 'text';
}

/** The names in an object of values, as `vip.level`, three levels deep; names that tell of a person are left out. */
export function namesIn(event: string, values: Readonly<Record<string, unknown>>): Observed[] {
  return [...walk(values, '', 1)].flatMap(([path, value]) => {
    const kind = kindOfValue(value);
    return kind && !holdsPersonalData(path) ? [{ event, path, kind }] : [];
  });
}

function* walk(values: object, above: string, depth: number): Generator<[string, unknown]> {
  for (const [name, value] of Object.entries(values)) {
    const path = above === '' ? name : `${above}.${name}`;
    const isInner = typeof value === 'object' && value !== null && !Array.isArray(value);
    if (!isInner) yield [path, value];
    else if (depth < DEEPEST) yield* walk(value as object, path, depth + 1);
  }
}

/** The kind that a name is compared as. */
export function prevailing(kinds: Iterable<ValueKind>): ValueKind | undefined {
  const seen = new Set(kinds);
  return PRECEDENCE.find((kind) => seen.has(kind));
}
