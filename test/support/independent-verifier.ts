import { createHash, createPublicKey, verify } from 'node:crypto';

/** A line of `tributary audit export`. */
export interface ExportedLine {
  readonly sequence: number;
  readonly previousHash: string;
  readonly hash: string;
  readonly canonical: string;
}

const sha256 = (...parts: (Uint8Array | string)[]) =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

/** The lines of an export that break the chain, by what docs/audit.md says of it and nothing of the product's own. */
export function brokenLines(lines: readonly ExportedLine[]): number[] {
  let before = '0'.repeat(64);
  const broken: number[] = [];
  lines.forEach(({ sequence, previousHash, hash, canonical }, n) => {
    const body = JSON.parse(canonical) as { previousHash: string; sequence: number };
    const isChained = previousHash === before && body.previousHash === before;
    const isOwn = sequence === n + 1 && body.sequence === n + 1 && hash === sha256(canonical).toString('hex');
    if (!isChained || !isOwn) broken.push(sequence);
    before = hash;
  });
  return broken;
}

/** What `auditProof` answers, as far as it counts. */
export interface ShownProof {
  readonly sequence: number | string;
  readonly leafHash: string;
  readonly treeSize: number | string;
  readonly rootHash: string;
  readonly path: readonly string[];
  readonly signature: string;
  readonly head: { readonly signed: string; readonly publicKey: string };
}

/** Whether a proof shows that an entry stands in the tree of a signed head (RFC 9162, 2.1.3.2; RFC 8032). */
export function provesEntry(canonical: string, proof: ShownProof): boolean {
  let [fn, sn] = [Number(proof.sequence) - 1, Number(proof.treeSize) - 1];
  let hash = sha256(Uint8Array.of(0), canonical);
  if (hash.toString('hex') !== proof.leafHash) return false;
  for (const beside of proof.path.map((hex) => Buffer.from(hex, 'hex'))) {
    const isRight = fn % 2 === 1 || fn === sn;
    hash = isRight ? sha256(Uint8Array.of(1), beside, hash) : sha256(Uint8Array.of(1), hash, beside);
    while (isRight && fn % 2 === 0 && fn !== 0) [fn, sn] = [fn >> 1, sn >> 1];
    [fn, sn] = [fn >> 1, sn >> 1];
  }
  return sn === 0 && hash.toString('hex') === proof.rootHash && isSignedHead(proof);
}

function isSignedHead({ rootHash, treeSize, signature, head }: ShownProof): boolean {
  const key = createPublicKey({ key: Buffer.from(head.publicKey, 'base64'), format: 'der', type: 'spki' });
  const told = JSON.parse(head.signed) as { rootHash: string; treeSize: number };
  const isSame = told.rootHash === rootHash && told.treeSize === Number(treeSize);
  return isSame && verify(null, Buffer.from(head.signed), key, Buffer.from(signature, 'base64'));
}
