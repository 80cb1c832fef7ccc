import type { RawItem } from './observation.js';

/** A row of a file, decoded or refused. */
export interface ImportRow {
  /** Where it begins in the file, from 1. */
  readonly line: number;
  readonly bytes: number;
  readonly item: Omit<RawItem, 'source' | 'index'>;
  /** The row as the file of refused rows repeats it: cells, or a line of text. */
  readonly original: readonly string[] | string;
}

/** The rows of a file and, of a table, its header. */
export interface ImportRows {
  readonly header: readonly string[] | undefined;
  readonly rows: AsyncIterable<ImportRow>;
}
