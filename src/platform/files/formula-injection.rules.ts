const BEGINS_A_FORMULA = /^\s*[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/u;
const NUMBER = /^[+-]?\d+(?:\.\d+)?$/;

/**
 * A text that no spreadsheet takes for a formula: one that begins like one has an apostrophe before it, save a plain
 * number (OWASP, CSV Injection).
 */
export function withoutFormula(text: string): string {
  return BEGINS_A_FORMULA.test(text) && !NUMBER.test(text) ? `'${text}` : text;
}
