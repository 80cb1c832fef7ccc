const FULL_WIDTH_OFFSET = 0xfee0;
const INVISIBLE = /[\u00ad\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\ufeff]/g;
/** Joiners shape emoji and some scripts; between other characters they only hide a difference. */
const STRAY_JOINER = /(?<=[\p{Script=Han}\p{Script=Latin}\p{N}\p{P}\s]|^)[\u200c\u200d]+/gu;
const FULL_WIDTH_ALPHANUMERIC = /[\uff10-\uff19\uff21-\uff3a\uff41-\uff5a]/g;
const FULL_WIDTH_ASCII = /[\uff01-\uff5e]/g;
/** Most texts are plain and begin and end with no space: there is nothing to clean. */
const PLAIN = /^[!-~](?:[ -~]*[!-~])?$/;

function halfWidth(character: string): string {
  return String.fromCharCode(character.charCodeAt(0) - FULL_WIDTH_OFFSET);
}

/** Free text: invisible characters go, full-width letters and digits become plain ones, ends are trimmed. */
export function cleanText(text: string): string {
  if (PLAIN.test(text)) return text;
  return text
    .normalize('NFC')
    .replace(INVISIBLE, '')
    .replace(STRAY_JOINER, '')
    .replace(FULL_WIDTH_ALPHANUMERIC, halfWidth)
    .trim();
}

/** Text that identifies: as `cleanText`, and full-width punctuation and spaces become plain ones too. */
export function cleanIdentifier(text: string): string {
  if (PLAIN.test(text)) return text;
  return cleanText(
    text
      .replace(/[\u200c\u200d]/g, '')
      .replace(FULL_WIDTH_ASCII, halfWidth)
      .replace(/\u3000/g, ' '),
  );
}
