/** What spreadsheets take for a formula, also in its full-width forms (OWASP, CSV Injection). */
const BEGINS_A_FORMULA = /^[\s\p{Cc}]*[=+\-@＝＋－＠]|^[\t\r\n]/u;
const NEGATIVE_NUMBER = /^-\d+(?:\.\d+)?$/;

/**
 * A text that no spreadsheet takes for a formula: one that begins like one has an apostrophe before it, save a plain
 * negative number, which stays a number. One that begins with a plus is most often a phone, and would lose it.
 */
export function withoutFormula(text: string): string {
  return BEGINS_A_FORMULA.test(text) && !NEGATIVE_NUMBER.test(text) ? `'${text}` : text;
}
