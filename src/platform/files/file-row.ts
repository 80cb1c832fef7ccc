/** The longest row that is read: longer ones are refused without being held. */
export const LONGEST_ROW_BYTES = 1024 * 1024;

/** Why a row was refused: a code, what is wrong and, where one place is at fault, its path or column. */
export interface RowRefusal {
  readonly code: string;
  readonly message: string;
  readonly path?: string | undefined;
}
