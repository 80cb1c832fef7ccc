import type { Event } from './event.entity.js';

type Placed = Pick<Event, 'id' | 'occurredAt'>;

/** The order of a history: the newest first, ties by id. */
export function newestEventFirst(a: Placed, b: Placed): number {
  return b.occurredAt.getTime() - a.occurredAt.getTime() || (a.id < b.id ? 1 : -1);
}
