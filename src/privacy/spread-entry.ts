const DELETED_AT_ONCE = 100;

/**
 * Deletes the documents that an entry was spread over, `id` and `id.1`, `id.2`, ..., a hundred at a time: from as many as
 * there were, whatever a process that stopped has left of them. `remove` deletes by ids, and returns how many were there.
 */
export async function removeSpread(id: string, remove: (ids: readonly string[]) => Promise<number>): Promise<void> {
  for (let first = 0; ; first += DELETED_AT_ONCE) {
    const numbers = Array.from({ length: DELETED_AT_ONCE }, (_, n) => first + n);
    const removed = await remove(numbers.map((number) => (number === 0 ? id : `${id}.${number}`)));
    if (removed < DELETED_AT_ONCE) return;
  }
}
