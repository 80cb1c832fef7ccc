/** Thrown where what is to be claimed was held by people who were erased: nothing was claimed then. */
export class ErasedIdentifiers extends Error {
  /** @param keys the blinded identifiers */
  constructor(readonly keys: ReadonlySet<string>) {
    super(`${keys.size} identifiers belong to people who were erased.`);
  }
}
