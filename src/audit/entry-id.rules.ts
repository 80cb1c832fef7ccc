import { encodeUlid, kindOfId } from '../platform/ids.js';

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const ULID_BYTES = 16;
const SEQUENCE_BYTES = 6;

/** The id of an entry on the wire: its place in the log, written as a ULID. */
export function entryIdOf(sequence: number): string {
  const bytes = Buffer.alloc(ULID_BYTES);
  bytes.writeUIntBE(sequence, ULID_BYTES - SEQUENCE_BYTES, SEQUENCE_BYTES);
  return `aud_${encodeUlid(bytes)}`;
}

/** The place that the id of an entry tells; undefined where it is no such id. */
export function sequenceOfId(id: string): number | undefined {
  if (kindOfId(id) !== 'aud') return undefined;
  const sequence = [...id.slice('aud_'.length)].reduce((sum, character) => sum * 32 + ALPHABET.indexOf(character), 0);
  return sequence > 0 && sequence < 2 ** (8 * SEQUENCE_BYTES) ? sequence : undefined;
}
