/** What a class of rows is released as in one column, and how much of its detail that loses: 0 (none) to 1 (all). */
export interface Generalised {
  readonly label: string;
  readonly loss: number;
}

/** Stands for any value. */
export const ANY = '*';

/**
 * A column whose values lie on a scale: numbers, dates, bands, numbered codes. A class is released as the span of its
 * values; values that are not on the scale share one group beside it.
 */
export interface Scale {
  readonly kind: 'SCALE';
  /** By code: the place on the scale; NaN where the value is not on it. */
  readonly places: Float64Array;
  /** By code: how many different places are below it. */
  readonly ranks: Int32Array;
  /** From the lowest place to the highest. */
  readonly width: number;
  /** The span between two places. */
  span(low: number, high: number): Generalised;
}

/** A column whose values are leaves of a tree: regions, categories. A class is released as the node that holds them all. */
export interface Tree {
  readonly kind: 'TREE';
  /** By code: the nodes from the root to the value's leaf. */
  readonly paths: readonly Int32Array[];
  readonly nodes: readonly Generalised[];
}

/** How the values of a column become less telling. */
export type Hierarchy = Scale | Tree;
