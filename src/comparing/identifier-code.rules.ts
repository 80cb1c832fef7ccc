import { isJunkIdentifier } from '../channels/identifier.rules.js';
import { foldCode } from './folded-text.rules.js';
import { isOneEditApart } from './similarity.rules.js';

/** A code that stands for a person or thing, read: lower case, no blanks, leading zeros of a number left out. */
export interface IdentifierCode {
  readonly key: string;
  readonly code: string;
  /** Where it holds; codes of two scopes have nothing to do with each other. */
  readonly scope: string;
}

/** How two codes agree, from best to worst; `exact` has grades by how many people hold it. */
export const IDENTIFIER_LEVELS = ['exact', 'exactShared', 'exactCrowd', 'typo', 'different'] as const;

export type IdentifierLevel = (typeof IDENTIFIER_LEVELS)[number];

const SHORTEST_FOR_TYPO = 6;
const NOBODYS = new Set<string>();
const RISING = '0123456789';

/** A code, read; undefined where it stands for nobody: a word for nothing, one character repeated, digits that count up. */
export function parseIdentifier(text: string, scope = ''): IdentifierCode | undefined {
  const folded = foldCode(text);
  if (folded === '' || isJunkIdentifier('CUSTOM', folded, NOBODYS)) return undefined;
  const code = /^\d+$/.test(folded) ? folded.replace(/^0+/, '') : folded;
  if (RISING.slice(1).startsWith(code) || code === '') return undefined;
  return { key: `${scope}|${code}`, code, scope: foldCode(scope) };
}

/** How two codes agree, `exact` before it is graded; undefined where they are of two scopes. */
export function likenessOfIdentifiers(left: IdentifierCode, right: IdentifierCode): IdentifierLevel | undefined {
  if (left.scope !== right.scope) return undefined;
  if (left.code === right.code) return 'exact';
  const isLong = left.code.length >= SHORTEST_FOR_TYPO && right.code.length >= SHORTEST_FOR_TYPO;
  return isLong && isOneEditApart(left.code, right.code) ? 'typo' : 'different';
}
