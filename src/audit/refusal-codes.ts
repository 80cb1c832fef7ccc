/** The codes of errors that say that somebody may not have what they asked for. */
const REFUSALS: ReadonlySet<string> = new Set([
  'FORBIDDEN',
  'DOCUMENT_NOT_TRUSTED',
  'UNAUTHENTICATED',
  'RATE_LIMITED',
  'CONSENT_REQUIRED',
  'BUDGET_SPENT',
]);

/** The code of an error that is a refusal; undefined for every other. */
export function refusalCodeOf(error: unknown): string | undefined {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return REFUSALS.has(code) ? code : undefined;
}
