import { Converter } from 'opencc-js/t2cn';
import { pinyin } from 'pinyin-pro';

const toSimplified = Converter({ from: 't', to: 'cn' });
const HAN = /\p{Script=Han}/u;
const HAN_ALONE = /^\p{Script=Han}+$/u;
const LATEST_CHARACTERS = 20_000;

const simplifiedCharacters = new Map<string, string>();

function simplifiedCharacter(character: string): string {
  const known = simplifiedCharacters.get(character);
  if (known !== undefined) return known;
  if (simplifiedCharacters.size >= LATEST_CHARACTERS) simplifiedCharacters.clear();
  const simple = character < '\u2e80' ? character : toSimplified(character);
  simplifiedCharacters.set(character, simple);
  return simple;
}

export function hasHan(text: string): boolean {
  return HAN.test(text);
}

export function isHan(text: string): boolean {
  return HAN_ALONE.test(text);
}

/** Text with each traditional character in its simplified form; what has none stays. */
export function simplified(text: string): string {
  let result = '';
  for (const character of text) result += simplifiedCharacter(character);
  return result;
}

/** The syllables of a Chinese name without tones, the family name read as one (曾 zeng, 单 shan); `ü` is `v`. */
export function nameSyllables(name: string): string[] {
  return pinyin(name, { toneType: 'none', type: 'array', surname: 'head', v: true });
}
