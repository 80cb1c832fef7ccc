/** Text as it is compared: compatibility forms (full-width digits and letters) resolved, lower case, blanks joined and trimmed. */
export function foldText(text: string): string {
  return text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
}

/** Letters and digits alone: what is left of a code when people and programs have typed it their way. */
export function foldCode(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\u200b-\u200d\ufeff]+/gu, '');
}
