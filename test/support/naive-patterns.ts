/** Whether a pattern, in which `*` is any run of characters, is all of a text: every way to divide the text is tried. */
export function isMatchedNaively(pattern: string, text: string): boolean {
  const [first, rest] = [pattern.slice(0, 1), pattern.slice(1)];
  if (first === '') return text === '';
  if (first !== '*') return text.startsWith(first) && isMatchedNaively(rest, text.slice(1));
  return Array.from({ length: text.length + 1 }, (_, at) => at).some((at) => isMatchedNaively(rest, text.slice(at)));
}
