interface Placed {
  readonly id: string;
  readonly occurredAt: Date;
}

/** The order of a history: the newest first, ties by id. */
export function newestEventFirst(a: Placed, b: Placed): number {
  return b.occurredAt.getTime() - a.occurredAt.getTime() || (a.id < b.id ? 1 : -1);
}
