import { type DocumentNode, parse } from 'graphql';
import { anyoneMayRun } from '../access/document-rules.js';

const LONGEST_DOCUMENT = 1_000;

/**
 * Whether a document is worth a look without a token: it asks for `__typename` alone, or it can't be parsed, which
 * tells nothing. Everything else is refused before validation, whose messages describe the schema and cost time.
 */
export function isOpenToAnyone(query: unknown): boolean {
  if (typeof query !== 'string') return true;
  if (query.length > LONGEST_DOCUMENT) return false;
  const document = parsed(query);
  return document === undefined || (document.definitions.length === 1 && anyoneMayRun(document));
}

function parsed(query: string): DocumentNode | undefined {
  try {
    return parse(query, { noLocation: true });
  } catch {
    return undefined;
  }
}
