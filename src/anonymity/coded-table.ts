import { AppError } from '../platform/errors.js';
import { withoutFormula } from '../platform/files/formula-injection.rules.js';

/** More is refused: beside the texts a row takes four bytes a column, and some fifty while classes are sought. */
const MOST_ROWS = 5_000_000;
/** Of all different values together, as UTF-16 units. */
const MOST_TEXT = 128 * 1024 * 1024;
const FIRST_ROOM = 1_024;
/** Texts shorter than this are never parts of a longer one in V8. */
const SHORTEST_SLICE = 13;

/** A column of a table as numbers: its different values once, and of each row which of them it has. */
export interface CodedColumn {
  readonly name: string;
  readonly values: readonly string[];
  readonly codes: Int32Array;
}

class ColumnInMaking {
  readonly values: string[] = [];
  private readonly known = new Map<string, number>();
  private codes = new Int32Array(FIRST_ROOM);

  constructor(readonly name: string) {}

  /** Adds the value of the next row; returns how much text that is to keep. */
  add(row: number, value: string): number {
    if (row === this.codes.length) this.grow();
    const known = this.known.get(value);
    this.codes[row] = known ?? this.values.length;
    if (known !== undefined) return 0;
    const kept = value.length < SHORTEST_SLICE ? value : Buffer.from(value).toString();
    this.known.set(kept, this.values.length);
    this.values.push(kept);
    return value.length;
  }

  coded(rows: number): CodedColumn {
    return { name: this.name, values: this.values, codes: this.codes.subarray(0, rows) };
  }

  private grow(): void {
    const larger = new Int32Array(this.codes.length * 2);
    larger.set(this.codes);
    this.codes = larger;
  }
}

/** Takes in a table row by row, keeping each different value of a column once, and none that is a formula. */
export class TableInMaking {
  rows = 0;
  private text = 0;
  private readonly columns: readonly ColumnInMaking[];

  constructor(names: readonly string[]) {
    this.columns = names.map((name) => new ColumnInMaking(name));
  }

  /** Adds a row, its cells in the order of the columns. BAD_USER_INPUT where the table becomes too large. */
  add(cells: readonly string[]): void {
    if (this.rows === MOST_ROWS) throw tooLarge(`more than ${MOST_ROWS} rows`);
    this.columns.forEach((column, at) => {
      this.text += column.add(this.rows, withoutFormula(cells[at] ?? ''));
    });
    if (this.text > MOST_TEXT) throw tooLarge(`more than ${MOST_TEXT} characters of different values`);
    this.rows += 1;
  }

  /** The columns as they are now. */
  coded(): CodedColumn[] {
    return this.columns.map((column) => column.coded(this.rows));
  }
}

function tooLarge(what: string): AppError {
  return new AppError('BAD_USER_INPUT', `The table has ${what}; split it.`);
}
