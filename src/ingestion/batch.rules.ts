import type { Observation, RawItem, Refusal } from './observation.js';
import { type ReadingRules, readObservation } from './observation.rules.js';

/** An item that was refused, and why. */
export interface RefusedItem {
  readonly item: RawItem;
  readonly refusal: Refusal;
}

/** A refusal as the sender is told of it. */
export type Rejection = Refusal & { readonly index: number; readonly messageId: string | null };

const NOT_DECODED: Refusal = { code: 'NOT_DECODED', message: 'The item could not be read.' };
const LONGEST_MESSAGE_ID = 256;

/** Reads the items of a batch: each becomes an observation or is refused; one does not hold up another. */
export function readItems(
  items: readonly RawItem[],
  rules: ReadingRules,
): { observations: Observation[]; refused: RefusedItem[] } {
  const observations: Observation[] = [];
  const refused: RefusedItem[] = [];
  for (const item of items) {
    const read = item.input ? readObservation(item.index, item.input, rules) : (item.refusal ?? NOT_DECODED);
    if ('code' in read) refused.push({ item, refusal: read });
    else observations.push(read);
  }
  return { observations, refused };
}

/** What the sender is told of a refused item. */
export function rejectionOf({ item, refusal }: RefusedItem): Rejection {
  const messageId = item.input?.messageId;
  return {
    ...refusal,
    index: item.index,
    messageId: typeof messageId === 'string' ? messageId.slice(0, LONGEST_MESSAGE_ID) : null,
  };
}
