import { deserialize, serialize } from 'node:v8';
import { attributesOf, type EntityClass, isEntityClass } from './entity.js';
import { coverParts, marked, uncoverTokens } from './index-token.js';
import { BARE_ID } from './index-versions.js';
import { madeOnce } from './made-once.js';
import type { TenantKeys } from './seal.js';

/** Names that lead from a document to tokens in it, through lists. */
type Way = readonly string[];

/** What of a class is packed, and where in that tokens are. */
interface Packing {
  readonly names: readonly string[];
  readonly ways: readonly Way[];
}

const packings = madeOnce<EntityClass, Packing>();

function packingOf(type: EntityClass): Packing {
  return packings(type, () => {
    const packed = attributesOf(type).filter((attribute) => attribute.packed);
    const ways = packed.flatMap((attribute) => waysIn(attribute.type()).map((way) => [attribute.name, ...way]));
    return { names: packed.map(({ name }) => name), ways };
  });
}

function waysIn(type: unknown): Way[] {
  const [inner] = [type].flat();
  if (!isEntityClass(inner)) return [];
  return attributesOf(inner)
    .filter(({ derived }) => !derived)
    .flatMap(({ name, blinded, type: of }) => (blinded ? [[name]] : waysIn(of()).map((way) => [name, ...way])));
}

/** The tokens in a value. */
function tokensIn(value: unknown, way: Way): string[] {
  const [name, ...rest] = way;
  if (name === undefined) return typeof value === 'string' ? [value] : [];
  if (Array.isArray(value)) return value.flatMap((one) => tokensIn(one, way));
  return typeof value === 'object' && value !== null ? tokensIn((value as Record<string, unknown>)[name], rest) : [];
}

/** A value with other tokens: the one given stays as it is. */
function withTokens(value: unknown, way: Way, to: ReadonlyMap<string, string>): unknown {
  const [name, ...rest] = way;
  if (name === undefined) return typeof value === 'string' ? (to.get(value) ?? value) : value;
  if (Array.isArray(value)) return value.map((one) => withTokens(one, way, to));
  if (typeof value !== 'object' || value === null || !(name in value)) return value;
  return { ...value, [name]: withTokens((value as Record<string, unknown>)[name], rest, to) };
}

type Parts = Record<string, unknown>;

function changed(parts: Parts, ways: readonly Way[], to: ReadonlyMap<string, string>): Parts {
  let all = parts;
  for (const way of ways) all = withTokens(all, way, to) as Parts;
  return all;
}

function covered({ versions: { current } }: TenantKeys, parts: Parts, { ways }: Packing): Parts {
  if (current.id === BARE_ID) return parts;
  const tokens = [...new Set(ways.flatMap((way) => tokensIn(parts, way)))];
  const covers = coverParts(current, tokens).map((cover) => marked(current, cover));
  return changed(parts, ways, new Map(tokens.map((token, at) => [token, covers[at] ?? ''])));
}

function uncovered(keys: TenantKeys, parts: Parts, { ways }: Packing): Parts {
  const tokens = [...new Set(ways.flatMap((way) => tokensIn(parts, way)))].filter((stored) => stored.includes('.'));
  if (tokens.length === 0) return parts;
  const clear = uncoverTokens(keys, tokens);
  return changed(parts, ways, new Map(tokens.map((stored, at) => [stored, clear[at] ?? ''])));
}

/** Puts the packed attributes of a document, in place, into one blob, with tokens under the version in force. */
export function pack<T extends object>(keys: TenantKeys, type: EntityClass, document: T): T {
  const packing = packingOf(type);
  if (packing.names.length === 0) return document;
  const plain = document as Record<string, unknown>;
  const parts = Object.fromEntries(packing.names.map((name) => [name, plain[name]]));
  for (const name of packing.names) delete plain[name];
  plain.packed = serialize(covered(keys, parts, packing));
  return document;
}

/** Puts the packed attributes of a stored document back in their places. */
export function unpack<T extends object>(keys: TenantKeys, type: EntityClass, document: T): T {
  const { packed: blob, ...others } = document as T & { packed?: Buffer };
  if (!blob) return document;
  return Object.assign(others, uncovered(keys, deserialize(blob) as Parts, packingOf(type))) as unknown as T;
}

/** The tokens in a blob, as they are stored. */
export function tokensPacked(type: EntityClass, blob: Buffer): string[] {
  const parts = deserialize(blob) as Parts;
  return packingOf(type).ways.flatMap((way) => tokensIn(parts, way));
}

/** A blob with its tokens under the version in force. */
export function repacked(keys: TenantKeys, type: EntityClass, blob: Buffer): Buffer {
  const packing = packingOf(type);
  return serialize(covered(keys, uncovered(keys, deserialize(blob) as Parts, packing), packing));
}
