import { isJunkIdentifier } from '../channels/identifier.rules.js';
import { foldCode } from './folded-text.rules.js';
import { isOneEditApart } from './similarity.rules.js';

/** A code that stands for a person or thing, read: lower case, no blanks, leading zeros of a number left out. */
export interface IdentifierCode {
  /** Where it holds, then the code; codes of two scopes have nothing to do with each other. */
  readonly key: string;
  /** How many characters of the key name the scope. */
  readonly scopeLength: number;
}

/** How two codes agree, from best to worst; `exact` has grades by how many people hold it. */
export const IDENTIFIER_LEVELS = ['exact', 'exactShared', 'exactCrowd', 'typo', 'different'] as const;

export type IdentifierLevel = (typeof IDENTIFIER_LEVELS)[number];

const SHORTEST_FOR_TYPO = 6;
const RISING = '0123456789';

/** A code, read; undefined where it stands for nobody: a word for nothing, one character repeated, digits that count up. */
export function parseIdentifier(text: string, scope = ''): IdentifierCode | undefined {
  const folded = foldCode(text);
  if (folded === '' || isJunkIdentifier('CUSTOM', folded)) return undefined;
  const code = /^\d+$/.test(folded) ? folded.replace(/^0+/, '') : folded;
  if (RISING.slice(1).startsWith(code) || code === '') return undefined;
  const scopeKey = foldCode(scope);
  return { key: `${scopeKey}|${code}`, scopeLength: scopeKey.length + 1 };
}

/** How two codes agree, `exact` before it is graded; undefined where they are of two scopes. */
export function likenessOfIdentifiers(left: IdentifierCode, right: IdentifierCode): IdentifierLevel | undefined {
  if (left.key === right.key) return 'exact';
  const { scopeLength } = left;
  if (scopeLength !== right.scopeLength || !right.key.startsWith(left.key.slice(0, scopeLength))) return undefined;
  if (Math.min(left.key.length, right.key.length) - scopeLength < SHORTEST_FOR_TYPO) return 'different';
  return isOneEditApart(left.key, right.key) ? 'typo' : 'different';
}
