import { createCipheriv } from 'node:crypto';

const BLOCK_BYTES = 1_024;
const NO_IV = Buffer.alloc(16);

/** Where exact samplers take their randomness from. */
export interface RandomBits {
  /** A whole number from 0 to below `bound`, each as likely as the others. */
  below(bound: bigint): bigint;
}

/**
 * Random bits that a secret of 32 bytes determines: the keystream of AES-256 in counter mode, of node:crypto. Without the
 * secret they can't be told from chance.
 */
export class KeyedBits implements RandomBits {
  private readonly cipher;
  private block: Buffer = Buffer.alloc(0);
  private used = 0;

  constructor(secret: Uint8Array) {
    this.cipher = createCipheriv('aes-256-ctr', secret, NO_IV);
  }

  below(bound: bigint): bigint {
    const bits = (bound - 1n).toString(2).length;
    for (;;) {
      const drawn = this.bits(bits);
      if (drawn < bound) return drawn; // else again: a remainder would make small numbers likelier
    }
  }

  private bits(count: number): bigint {
    let drawn = 0n;
    for (let taken = 0; taken < count; taken += 8) drawn = (drawn << 8n) | BigInt(this.byte());
    return BigInt.asUintN(count, drawn);
  }

  private byte(): number {
    if (this.used === this.block.length) {
      this.block = this.cipher.update(Buffer.alloc(BLOCK_BYTES));
      this.used = 0;
    }
    const byte = this.block[this.used] ?? 0;
    this.used += 1;
    return byte;
  }
}
