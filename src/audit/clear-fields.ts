import { attributesOf, type EntityClass, isEntityClass } from '../platform/entity.js';
import type { ClearRead } from '../platform/request-trail.js';

/** Fields that show what another one holds. */
const ALSO_SHOWN_BY: Readonly<Record<string, string>> = {
  'ChannelAccount.externalId': 'IdentityNode.externalId',
  'ChannelAccount.custom': 'ChannelAccount.attributes',
};
const MOST_PLACES = 10_000;

const known = new Map<EntityClass, Map<string, readonly string[]>>();

/** What was read in clear that an operation shows: whose, and by which fields of the schema. */
export interface ShownInClear {
  readonly ids: readonly string[];
  readonly fields: readonly string[];
}

/** Of what was opened for a request, what the fields it selects show; undefined where that is nothing. */
export function shownInClear(reads: readonly ClearRead[], selected: ReadonlySet<string>): ShownInClear | undefined {
  const ids = new Set<string>();
  const fields = new Set<string>();
  for (const { id, type, core } of reads) {
    for (const field of fieldsOf(type, core)) {
      if (!selected.has(field)) continue;
      ids.add(id);
      fields.add(field);
    }
  }
  return ids.size > 0 ? { ids: [...ids], fields: [...fields].sort() } : undefined;
}

function* fieldsOf(type: EntityClass | undefined, core: ClearRead['core']): Iterable<string> {
  for (const path in core) {
    if (core[path] === null || core[path] === undefined) continue;
    if (type) yield* fieldsAt(type, path);
    else yield path;
  }
}

/** The fields of the schema that show the value at a place in a document of a class: as `Identifier.value` for `identifiers.3.value`. */
function fieldsAt(type: EntityClass, path: string): readonly string[] {
  const own = known.get(type) ?? new Map<string, readonly string[]>();
  known.set(type, own);
  const found = own.get(path) ?? namesOf(type, path.split('.'));
  if (own.size < MOST_PLACES) own.set(path, found);
  return found;
}

function namesOf(type: EntityClass, [name = '', ...inner]: readonly string[]): readonly string[] {
  const attribute = attributesOf(type).find((one) => one.name === name);
  if (!attribute) return [];
  const declared = attribute.type();
  const nested = Array.isArray(declared) ? declared[0] : declared;
  const rest = Array.isArray(declared) ? inner.slice(1) : inner;
  const own = typeNames(type).map((typeName) => `${typeName}.${name}`);
  const others = own.flatMap((field) => ALSO_SHOWN_BY[field] ?? []);
  if (isEntityClass(nested) && rest.length > 0) return namesOf(nested, rest);
  const typed = name === 'attributes' ? typeNames(type).map((typeName) => `${typeName}.${rest.join('.')}`) : [];
  return [...own, ...others, ...typed];
}

/** A class's name and those of the classes it extends: the interface's fields are selected under the interface's name. */
function typeNames(type: EntityClass): string[] {
  const parent: unknown = Object.getPrototypeOf(type);
  return [type.name, ...(typeof parent === 'function' && parent.name !== '' ? typeNames(parent as EntityClass) : [])];
}
