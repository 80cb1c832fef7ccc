import type { BlockCipher } from './index-versions.js';

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const VALUES = new Map([...ALPHABET].map((character, value) => [character, value]));
const RADIX = ALPHABET.length;
const BLOCK_BYTES = 16;
const HEADER_BYTES = 2;
/** An even number: afterwards the halves are as long as they were. */
const ROUNDS = 10;
/** So short that either half fits into a block with its header. */
const LONGEST = 2 * (BLOCK_BYTES - HEADER_BYTES);

type Halves = readonly [readonly number[], readonly number[]];

function halvesOf(text: string): Halves {
  if (text.length > LONGEST) throw new Error(`A token of ${text.length} characters is too long.`);
  const values = [...text].map((character) => {
    const value = VALUES.get(character);
    if (value === undefined) throw new Error('A token holds what no token is made of.');
    return value;
  });
  const middle = Math.floor(values.length / 2);
  return [values.slice(0, middle), values.slice(middle)];
}

function textOf(halves: Halves): string {
  return halves.flatMap((half) => half.map((value) => ALPHABET[value])).join('');
}

/** A block for each half that a round reads: the round, the token's length, the half. */
function blocksOf(round: number, read: readonly (readonly number[])[], lengths: readonly number[]): Buffer {
  const blocks = Buffer.alloc(read.length * BLOCK_BYTES);
  read.forEach((half, at) => {
    const start = at * BLOCK_BYTES;
    blocks[start] = round;
    blocks[start + 1] = lengths[at] ?? 0;
    half.forEach((value, place) => {
      blocks[start + HEADER_BYTES + place] = value;
    });
  });
  return blocks;
}

/** Half plus or minus what the cipher makes of the other half, character by character. */
function shifted(half: readonly number[], made: Buffer, at: number, sign: 1 | -1): number[] {
  return half.map((value, place) => (value + sign * ((made[at * BLOCK_BYTES + place] ?? 0) % RADIX) + RADIX) % RADIX);
}

/**
 * Permutes texts of base64url among those of their length, or back: the Feistel network of FF1 (NIST SP 800-38G) with
 * radix 64 and ten rounds, one block of the cipher a round, with the round and the length in it. All texts share the calls of the cipher.
 * Of at most 28 characters; 6 and more make a domain that is not gone through.
 */
export function permuted(cipher: BlockCipher, texts: readonly string[], isForward: boolean): string[] {
  if (texts.length === 0) return [];
  const lengths = texts.map(({ length }) => length);
  let all = texts.map(halvesOf);
  for (let step = 0; step < ROUNDS; step += 1) {
    const round = isForward ? step : ROUNDS - 1 - step;
    const read = all.map(([a, b]) => (isForward ? b : a));
    const made = cipher(blocksOf(round, read, lengths));
    all = all.map(([a, b], at): Halves => (isForward ? [b, shifted(a, made, at, 1)] : [shifted(b, made, at, -1), a]));
  }
  return all.map(textOf);
}
