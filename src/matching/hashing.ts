const { imul } = Math;

const HIGH = 0x1_0000_0000;
const LOW_SEED = 0x811c9dc5;
const HIGH_SEED = 5381;
const HIGH_BITS = 0x1f_ffff;
const SEPARATOR = 0x7c;

/** 53 bits that stand for one text, or for two as if a bar stood between them (FNV-1a and Bernstein's hash side by side). */
export function hashOfParts(part: string, other?: string): number {
  let [low, high] = [LOW_SEED, HIGH_SEED];
  for (let at = 0; at < part.length; at++) {
    const code = part.charCodeAt(at);
    low = imul(low ^ code, 0x01000193);
    high = imul(high, 33) ^ code;
  }
  if (other !== undefined) {
    low = imul(low ^ SEPARATOR, 0x01000193);
    high = imul(high, 33) ^ SEPARATOR;
    for (let at = 0; at < other.length; at++) {
      const code = other.charCodeAt(at);
      low = imul(low ^ code, 0x01000193);
      high = imul(high, 33) ^ code;
    }
  }
  return mixed(low) + (mixed(high) & HIGH_BITS) * HIGH;
}

/** 32 bits of a text. */
export function hashOfText(text: string): number {
  let low = LOW_SEED;
  for (let at = 0; at < text.length; at++) low = imul(low ^ text.charCodeAt(at), 0x01000193);
  return mixed(low);
}

/** Spreads every bit over all (murmur3's last step). */
function mixed(bits: number): number {
  let mix = imul(bits ^ (bits >>> 16), 0x85ebca6b);
  mix = imul(mix ^ (mix >>> 13), 0xc2b2ae35);
  return (mix ^ (mix >>> 16)) >>> 0;
}
