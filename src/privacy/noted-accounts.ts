/** As many accounts as a profile can weigh, and one that tells that there are more. */
const MOST_ACCOUNTS_FOLDED = 401;
const ACCOUNTS_SORTED_AT_ONCE = 1_000;

/** Passes ids on, and notes the lowest of them: as many as a profile can weigh, and some more. */
export async function* noting(ids: AsyncIterable<string>, noted: string[]): AsyncGenerator<string> {
  for await (const id of ids) {
    noted.push(id);
    if (noted.length > ACCOUNTS_SORTED_AT_ONCE) noted.splice(0, noted.length, ...lowest(noted));
    yield id;
  }
}

/** The lowest of some ids: of more than a profile can weigh those by which it is weighed, however it came about. */
export function lowest(ids: readonly string[]): string[] {
  return [...ids].sort().slice(0, MOST_ACCOUNTS_FOLDED);
}
