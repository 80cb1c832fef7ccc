import { canonicalForm } from './canonical-form.rules.js';

/** What a log was at a moment: how many entries it had, and the root of the Merkle tree over them. */
export interface TreeHead {
  readonly tenant: string;
  readonly treeSize: number;
  /** Hexadecimal. */
  readonly rootHash: string;
  /** ISO 8601. */
  readonly at: string;
}

/** A head that a log's key vouches for. */
export interface SignedHead extends TreeHead {
  /** Base64, over `textOfHead`. */
  readonly signature: string;
  /** SubjectPublicKeyInfo, as base64. */
  readonly publicKey: string;
}

/** The text of a head that is signed: the canonical form of its four values (RFC 8785). */
export function textOfHead({ tenant, treeSize, rootHash, at }: TreeHead): string {
  return canonicalForm({ tenant, treeSize, rootHash, at });
}

/** A head read from a line of JSON; undefined where the line is none. */
export function readHead(line: string): SignedHead | undefined {
  try {
    const head: unknown = JSON.parse(line);
    return isHead(head) ? head : undefined;
  } catch {
    return undefined;
  }
}

function isHead(head: unknown): head is SignedHead {
  if (typeof head !== 'object' || head === null) return false;
  const { treeSize, ...texts } = head as Record<string, unknown>;
  const isText = ['tenant', 'rootHash', 'at', 'signature', 'publicKey'].every(
    (name) => typeof texts[name] === 'string',
  );
  return isText && Number.isSafeInteger(treeSize);
}
