import { type SearchTerm, termsOfQuery } from '../../src/profiles/search.rules.js';

/** Whether a text typed into a search box finds who has these terms: as the index of blinded terms answers it. */
export function foundByTerms(text: string, terms: readonly SearchTerm[], mayLookUp: boolean): boolean {
  return termsOfQuery(text, 'CN', mayLookUp).some((sought) =>
    terms.some(
      ({ kind, starts }) =>
        kind === sought.kind &&
        (sought.isStart || starts.length === sought.starts.length) &&
        sought.starts.every((start, at) => starts[at] === start),
    ),
  );
}
