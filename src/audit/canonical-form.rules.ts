/** What JSON can say. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/**
 * The canonical form of a JSON value: no white space, members in the order of their names' UTF-16 code units, numbers and
 * text as ECMAScript writes them (RFC 8785, JSON Canonicalization Scheme). Throws RangeError for what is no JSON value.
 */
export function canonicalForm(value: Json): string {
  if (Array.isArray(value)) return `[${value.map(canonicalForm).join(',')}]`;
  if (typeof value === 'object' && value !== null) return objectForm(value as Readonly<Record<string, Json>>);
  const isFaulty = typeof value === 'number' ? !Number.isFinite(value) : !isKnown(value);
  if (isFaulty) throw new RangeError('Only JSON values have a canonical form.');
  return JSON.stringify(value);
}

function objectForm(value: Readonly<Record<string, Json>>): string {
  const members = Object.keys(value)
    .sort() // by code units
    .map((name) => `${canonicalForm(name)}:${canonicalForm(value[name] ?? null)}`);
  return `{${members.join(',')}}`;
}

function isKnown(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  return value === null || typeof value === 'boolean';
}
