/** The longest row that is read: longer ones are refused without being held. */
export const LONGEST_ROW_BYTES = 1024 * 1024;

/** Why a row was refused: a code, what is wrong and, where one place is at fault, its path or column. */
export interface RowRefusal {
  readonly code: string;
  readonly message: string;
  readonly path?: string | undefined;
}

/** Where refused rows go: the line they begin on, the reason, and the row as it stood, under the header of its table. */
export interface RejectSink {
  write(
    line: number,
    refusal: RowRefusal,
    original: readonly string[] | string,
    header: readonly string[] | undefined,
  ): Promise<void>;
}
