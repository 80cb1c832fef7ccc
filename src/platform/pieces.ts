/** Items in pieces of a size, the last one smaller; none where there are no items. */
export async function* piecesOf<T>(items: AsyncIterable<T> | Iterable<T>, size: number): AsyncGenerator<T[]> {
  let piece: T[] = [];
  for await (const item of items) {
    piece.push(item);
    if (piece.length < size) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
}

/** Takes all steps of something to its end. */
export async function toEnd(steps: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of steps);
}
