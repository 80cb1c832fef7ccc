/** The day and month of an instant in a time zone (IANA), as `2026-11-22` and `2026-11`. */
export function calendarOf(at: Date, timeZone: string): { readonly day: string; readonly month: string } {
  const day = new Intl.DateTimeFormat('sv', { timeZone, dateStyle: 'short' }).format(at);
  return { day, month: day.slice(0, 7) };
}

/** Of a caller, what decides whom their statistics are about. */
export interface Population {
  readonly kind: string;
  readonly name?: string | undefined;
  readonly purposes: readonly string[];
  readonly segmentIds?: readonly string[] | undefined;
  readonly profileIds?: readonly string[] | undefined;
}

/** Whom a question is about, so that two who may count the same people ask the same. */
export function populationOf({ kind, name, purposes, segmentIds, profileIds }: Population): Record<string, unknown> {
  const [segments, profiles] = [segmentIds, profileIds].map((ids) => (ids ? [...ids].sort() : null));
  if (purposes.includes('SERVICE') && !segments && !profiles) return {};
  const partner = kind === 'API_TOKEN' && purposes.includes('PARTNER_SHARING') ? (name ?? '') : null;
  return { purposes: [...purposes].sort(), partner, segmentIds: segments, profileIds: profiles };
}
