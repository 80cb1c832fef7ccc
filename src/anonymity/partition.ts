import type { CodedColumn } from './coded-table.js';
import type { Hierarchy } from './generalisation.js';

/** What a table is to be made safe by: its quasi-identifiers with their hierarchies, and what is to be protected. */
export interface Microdata {
  readonly rows: number;
  readonly quasi: readonly { readonly column: CodedColumn; readonly hierarchy: Hierarchy }[];
  readonly sensitive: readonly CodedColumn[];
}

/** How safe a table is to be. */
export interface Safety {
  /** Rows that share their quasi-identifiers, at least. */
  readonly k: number;
  /** Different values among such rows in each sensitive column, at least (distinct l-diversity). */
  readonly l: number;
}

/** Rows put together: each class is released under one label a column. */
export interface Partition {
  readonly classes: readonly Int32Array[];
  /** Rows that are not released. */
  readonly suppressed: readonly Int32Array[];
}

/** A way to part a class; what is left out of the groups is not released. */
export interface Cut {
  /** Information kept by it: rows by the loss they are spared, over all columns. */
  readonly gain: number;
  readonly groups: readonly Int32Array[];
  readonly suppressed: Int32Array;
}
