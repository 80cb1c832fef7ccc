import { type SearchRights, type SearchTerm, termsOfQuery } from '../../src/profiles/search.rules.js';

export const ALL_RIGHTS: SearchRights = { lookUp: true, core: true, important: true };
const NO_RIGHTS: SearchRights = { lookUp: false, core: false, important: false };

/** Whether a text typed into a search box finds who has these terms: as the index of blinded terms answers it. */
export function foundByTerms(text: string, terms: readonly SearchTerm[], may: boolean | SearchRights): boolean {
  const rights = typeof may === 'boolean' ? (may ? ALL_RIGHTS : NO_RIGHTS) : may;
  return termsOfQuery(text, 'CN', rights).some((sought) =>
    terms.some(
      ({ kind, starts }) =>
        kind === sought.kind &&
        (sought.isStart || starts.length === sought.starts.length) &&
        sought.starts.every((start, at) => starts[at] === start),
    ),
  );
}
