import { Channel } from '../channels/channel.js';
import type { RefusedItem } from './batch.rules.js';

/** So many items of a batch that fared alike. */
export interface TalliedItems {
  /** One of the channels, or UNKNOWN where a refused item names none of them. */
  readonly channel: string;
  readonly outcome: 'ACCEPTED' | 'DUPLICATE' | 'REFUSED';
  /** Why they were refused; null where they were not. */
  readonly code: string | null;
  readonly count: number;
}

/** Is told of each batch that was taken in: through which door, how its items fared, and how long it took. */
export interface IngestionObserver {
  batchTaken(door: string, items: readonly TalliedItems[], seconds: number): void;
}

const CHANNELS: ReadonlySet<unknown> = new Set(Object.values(Channel));

/** Counts a batch: `read` are the channels of all items that could be read, `accepted` of those that were new. */
export function tallyOf(
  read: readonly Channel[],
  accepted: readonly Channel[],
  refused: readonly RefusedItem[],
): TalliedItems[] {
  const fresh = countsOf(accepted);
  const duplicates = [...countsOf(read)].map(
    ([channel, count]) => [channel, count - (fresh.get(channel) ?? 0)] as const,
  );
  return [
    ...[...fresh].map(([channel, count]) => ({ channel, outcome: 'ACCEPTED' as const, code: null, count })),
    ...duplicates.map(([channel, count]) => ({ channel, outcome: 'DUPLICATE' as const, code: null, count })),
    ...refusals(refused),
  ].filter(({ count }) => count > 0);
}

function refusals(refused: readonly RefusedItem[]): TalliedItems[] {
  const counts = countsOf(refused.map(({ item, refusal }) => `${channelOf(item.input?.channel)} ${refusal.code}`));
  return [...counts].map(([key, count]) => {
    const [channel = 'UNKNOWN', code = null] = key.split(' ');
    return { channel, outcome: 'REFUSED', code, count };
  });
}

function channelOf(given: unknown): string {
  return CHANNELS.has(given) ? String(given) : 'UNKNOWN';
}

function countsOf<T>(values: readonly T[]): Map<T, number> {
  const counts = new Map<T, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}
