interface Placed {
  readonly id: string;
  readonly occurredAt: Date;
}

/** The order of a history: the newest first, ties by id. */
export function newestEventFirst(a: Placed, b: Placed): number {
  return b.occurredAt.getTime() - a.occurredAt.getTime() || (a.id < b.id ? 1 : -1);
}

interface Filtered {
  readonly type: string;
  readonly name: string | null;
  readonly channel: string;
  readonly occurredAt: Date;
}

/** What confines events: what is left out or null does not. */
interface Wanted {
  readonly types?: readonly string[] | null;
  readonly names?: readonly string[] | null;
  readonly channels?: readonly string[] | null;
  readonly range?: { readonly from: Date; readonly to: Date } | null;
}

/** Whether an event is of those wanted; a range holds its `from` and not its `to`. */
export function fitsFilter({ type, name, channel, occurredAt }: Filtered, wanted: Wanted): boolean {
  const { types, names, channels, range } = wanted;
  return (
    (!types || types.includes(type)) &&
    (!names || (name !== null && names.includes(name))) &&
    (!channels || channels.includes(channel)) &&
    (!range || (occurredAt >= range.from && occurredAt < range.to))
  );
}
