import {
  type AttributeDefinition,
  attributesOf,
  type EntityClass,
  isEntityClass,
  type Protection,
  type Sensitivity,
} from './entity.js';
import { maskValue } from './mask.rules.js';

type Plain = Record<string, unknown>;

/** Clear values by their place in the document, one map a data class: what a document's sealed blobs hold. */
export type Overlays = Partial<Record<Sensitivity, Record<string, unknown>>>;

/** Called for each protected value with where it stands. */
type Visitor = (owner: Plain, key: string, path: string, protection: Protection) => void;

/** No name in a document holds a dot: `shape.rules.ts` refuses it. */
const SEPARATOR = '.';

function at(path: string, key: string): string {
  return path === '' ? key : `${path}${SEPARATOR}${key}`;
}

function fixedProtection(attribute: AttributeDefinition): Protection | undefined {
  if (!attribute.sensitivity || attribute.sensitivity === 'GENERAL') return undefined;
  return { sensitivity: attribute.sensitivity, mask: attribute.mask ?? 'hidden' };
}

function visitMap(map: Plain, path: string, attribute: ProtectedAttribute, owner: Plain, visit: Visitor): void {
  for (const key of Object.keys(map)) {
    if (map[key] === null || map[key] === undefined) continue;
    const protection = attribute.protection?.(owner, key);
    if (protection) visit(map, key, at(path, key), protection);
  }
}

function visitNested(type: EntityClass, value: unknown, path: string, visit: Visitor): void {
  if (Array.isArray(value)) {
    value.forEach((item, index) => {
      visitProtected(type, item as Plain, at(path, String(index)), visit);
    });
  } else visitProtected(type, value as Plain, path, visit);
}

function visitAttribute(attribute: ProtectedAttribute, owner: Plain, path: string, visit: Visitor): void {
  const value = owner[attribute.name];
  if (value === null || value === undefined) return;
  const place = at(path, attribute.name);
  if (attribute.nested && !attribute.fixed) visitNested(attribute.nested, value, place, visit);
  else if (attribute.protection && isMap(value)) visitMap(value, place, attribute, owner, visit);
  else visitScalar(attribute, owner, place, visit);
}

function visitScalar(attribute: ProtectedAttribute, owner: Plain, place: string, visit: Visitor): void {
  const protection = attribute.protection?.(owner, attribute.name) ?? attribute.fixed;
  if (protection && protection.sensitivity !== 'GENERAL') visit(owner, attribute.name, place, protection);
}

function isMap(value: unknown): value is Plain {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null; // of whatever realm
}

/** Walks a document by its class's attributes and calls `visit` for each value of class CORE or IMPORTANT. */
export function visitProtected(type: EntityClass, document: Plain, path: string, visit: Visitor): void {
  for (const attribute of protectedAttributesOf(type)) visitAttribute(attribute, document, path, visit);
}

/** An attribute that holds protected values, with what is asked of it for every document. */
interface ProtectedAttribute extends AttributeDefinition {
  readonly fixed: Protection | undefined;
  /** The class of its value, or of the items of its list, where that is an embedded concept. */
  readonly nested: EntityClass | undefined;
}

const protectedAttributes = new Map<EntityClass, readonly ProtectedAttribute[]>();

function protectedAttributesOf(type: EntityClass): readonly ProtectedAttribute[] {
  const known = protectedAttributes.get(type);
  if (known) return known;
  protectedAttributes.set(type, []); // a class that names itself is cut here while it is looked at
  const found = attributesOf(type).map(withProtection).filter(isProtected);
  protectedAttributes.set(type, found);
  return found;
}

function withProtection(attribute: AttributeDefinition): ProtectedAttribute {
  const declared = attribute.type();
  const type = Array.isArray(declared) ? declared[0] : declared;
  return { ...attribute, fixed: fixedProtection(attribute), nested: isEntityClass(type) ? type : undefined };
}

function isProtected({ protection, fixed, nested }: ProtectedAttribute): boolean {
  return Boolean(protection || fixed) || (nested !== undefined && protectedAttributesOf(nested).length > 0);
}

function copyValue(nested: EntityClass | undefined, value: unknown): unknown {
  if (Array.isArray(value)) return nested ? value.map((item) => copyToProtected(nested, item as Plain)) : [...value];
  if (!isMap(value)) return value;
  return nested ? copyToProtected(nested, value) : { ...value };
}

/** A copy of a document down to where its protected values stand; the rest is shared. */
function copyToProtected(type: EntityClass, document: Plain): Plain {
  const copy = { ...document };
  for (const { name, nested } of protectedAttributesOf(type)) {
    if (name in copy) copy[name] = copyValue(nested, copy[name]);
  }
  return copy;
}

/** A document whose values of some classes are masked, and the clear values, to be sealed beside it. */
export interface Hidden<T> {
  readonly masked: T;
  readonly overlays: Overlays;
}

/** Replaces each value of a sealed class by its mask, in a copy; the document given stays as it is. */
export function hide<T extends object>(type: EntityClass, document: T, sealed: ReadonlySet<Sensitivity>): Hidden<T> {
  const overlays: Overlays = {};
  const masked = copyToProtected(type, document as Plain);
  visitProtected(type, masked, '', (owner, key, path, { sensitivity, mask }) => {
    if (!sealed.has(sensitivity)) return;
    const overlay = overlays[sensitivity] ?? {};
    overlays[sensitivity] = overlay;
    overlay[path] = owner[key];
    owner[key] = maskValue(mask, owner[key]);
  });
  return { masked: masked as T, overlays };
}

/** Puts clear values back, in place: the inverse of `hide`. */
export function reveal(document: object, overlay: Readonly<Record<string, unknown>>): void {
  for (const path of Object.keys(overlay)) {
    const keys = path.split(SEPARATOR);
    const last = keys.pop() ?? '';
    let owner: unknown = document;
    for (const key of keys) owner = (owner as Plain | undefined)?.[key];
    if (owner) (owner as Plain)[last] = overlay[path];
  }
}

/** Masks, in place, the values of classes that are stored in clear and that the reader may not see; returns their paths. */
export function maskUnseen(type: EntityClass, document: object, unseen: ReadonlySet<Sensitivity>): string[] {
  const paths = new Set<string>();
  visitProtected(type, document as Plain, '', (owner, key, path, { sensitivity, mask }) => {
    if (!unseen.has(sensitivity)) return;
    paths.add(path);
    owner[key] = maskValue(mask, owner[key]);
  });
  return [...paths];
}
