/** Bounds of instants in a query; both exclude, and an instant has whole milliseconds. */
export interface Bounds {
  readonly $gt?: Date;
  readonly $lt?: Date;
}

/**
 * The instants from `from` (inclusive) to `to` (exclusive), as a query's bounds. Written without `$gte` and `$lte`: the
 * Python build of SecantusDB leaves out the bound itself where a compound index runs against it.
 */
export function within(span: { readonly from: Date; readonly to: Date }): Bounds {
  return { $gt: new Date(span.from.getTime() - 1), $lt: span.to };
}

/** The instants up to `at`, inclusive. */
export function upTo(at: Date): Bounds {
  return { $lt: new Date(at.getTime() + 1) };
}
