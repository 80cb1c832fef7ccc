import 'reflect-metadata';
import { GraphQLScalarType } from 'graphql';
import mongoose, { type IndexDefinition, type IndexOptions } from 'mongoose';
import { Field, Float, ID, Int } from 'type-graphql';
import type { MaskName } from './mask.rules.js';
import { DateTime } from './scalars.js';

/** CORE identifies or exposes a person, IMPORTANT is worth hiding from some roles, GENERAL is the rest. */
export type Sensitivity = 'CORE' | 'IMPORTANT' | 'GENERAL';

/** A data class and the form shown to who may not read it. */
export interface Protection {
  readonly sensitivity: Sensitivity;
  readonly mask: MaskName;
}

/** Protection that depends on the object around the value: an identifier's on its type, a trait's on its name. */
export type ProtectionOf = (owner: Readonly<Record<string, unknown>>, key: string) => Protection | undefined;

// biome-ignore lint/suspicious/noExplicitAny: a class of whatever constructor
export type EntityClass<T extends object = object> = abstract new (...args: any[]) => T;
type TypeThunk = () => unknown;

export interface AttributeOptions {
  readonly nullable?: boolean;
  /** Stored and never shown. */
  readonly hidden?: boolean;
  /** Shown from the stored `_id` or made on reading: not a stored path. */
  readonly derived?: boolean;
  /** Kept in one opaque blob with the document's other packed attributes: nothing queries by it, and the database need not parse it. */
  readonly packed?: boolean;
  /** A token of the index key, in a packed attribute: stored under the version in force. */
  readonly blinded?: boolean;
  readonly default?: unknown;
  readonly description?: string;
  readonly sensitivity?: Sensitivity;
  readonly mask?: MaskName;
  /** Where the class of one value depends on its neighbours; for a map (JSON object) it is asked once a key. */
  readonly protection?: ProtectionOf;
}

export interface AttributeDefinition extends AttributeOptions {
  readonly name: string;
  readonly type: TypeThunk;
}

export interface CollectionDefinition {
  readonly collection: string;
  readonly indexes?: readonly { readonly keys: IndexDefinition; readonly options?: IndexOptions }[];
}

const attributes = new Map<object, AttributeDefinition[]>();
const collections = new Map<object, CollectionDefinition>();

/**
 * Declares one attribute of a concept: its GraphQL field, its stored path and, through `sensitivity` and `mask`, how it
 * is sealed, masked, exported and erased. Nothing else lists fields or sensitive fields.
 */
export function Attribute(type: TypeThunk, options: AttributeOptions = {}): PropertyDecorator {
  return (prototype, name) => {
    const own = attributes.get(prototype.constructor) ?? [];
    own.push({ ...options, name: String(name), type });
    attributes.set(prototype.constructor, own);
    if (!options.hidden) {
      const shown = {
        nullable: options.nullable ?? false,
        ...(options.description && { description: options.description }),
      };
      Field(type as () => typeof String, shown)(prototype, name);
    }
  };
}

/** Names the collection of a stored class and the indexes its store reads by; each index starts with tenantId. */
export function Collection(definition: CollectionDefinition): ClassDecorator {
  return (target) => {
    collections.set(target, definition);
  };
}

/** The attributes of a class, inherited ones first. */
export function attributesOf(target: EntityClass): readonly AttributeDefinition[] {
  const parent = Object.getPrototypeOf(target) as EntityClass | null;
  const inherited = parent && parent !== Function.prototype ? attributesOf(parent) : [];
  return [...inherited, ...(attributes.get(target) ?? [])];
}

/** The collection of a stored class. */
export function collectionOf(target: EntityClass): CollectionDefinition {
  const definition = collections.get(target);
  if (!definition) throw new Error(`${target.name} has no @Collection.`);
  return definition;
}

/** Whether a class declares attributes: an embedded concept and not a scalar or an enum. */
export function isEntityClass(type: unknown): type is EntityClass {
  return typeof type === 'function' && attributesOf(type as EntityClass).length > 0;
}

const SCALAR_PATHS = new Map<unknown, unknown>([
  [String, String],
  [ID, String],
  [Boolean, Boolean],
  [Number, Number],
  [Int, Number],
  [Float, Number],
  [Date, Date],
  [DateTime, Date],
  [Buffer, Buffer],
]);

function pathOf(type: unknown): unknown {
  if (Array.isArray(type)) return [pathOf(type[0])];
  const scalar = SCALAR_PATHS.get(type);
  if (scalar) return scalar;
  if (isEntityClass(type)) return schemaOf(type, { _id: false });
  if (type instanceof GraphQLScalarType || type === Object) return mongoose.Schema.Types.Mixed;
  return String; // an enum, whose keys equal their values
}

/** The mongoose schema of a class; attributes that are derived have no path. */
export function schemaOf(target: EntityClass, options: { _id?: boolean } = {}): mongoose.Schema {
  const paths: Record<string, unknown> = {};
  for (const attribute of attributesOf(target)) {
    if (attribute.derived || attribute.packed) continue;
    paths[attribute.name] = { type: pathOf(attribute.type()), default: attribute.default };
  }
  if (attributesOf(target).some(({ packed }) => packed)) paths.packed = { type: Buffer };
  const schema = new mongoose.Schema(paths as mongoose.SchemaDefinition, {
    _id: options._id ?? true,
    versionKey: false,
    minimize: false,
    autoIndex: false,
    autoCreate: false,
  });
  for (const index of collections.get(target)?.indexes ?? []) schema.index(index.keys, index.options);
  return schema;
}
