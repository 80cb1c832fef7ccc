import type { NaiveSpan } from './naive-rules.js';

const DAY_MS = 86_400_000;

/** Who carries which tag from when to when, written down account by account. */
export class NaiveAssignments {
  private readonly ttlDays = new Map<string, number | null>();
  private readonly spans: (NaiveSpan & { readonly accountId: string; until: number | null })[] = [];

  define(key: string, ttlDays: number | null): void {
    this.ttlDays.set(key, ttlDays);
  }

  putOn(key: string, accountId: string, from: number): void {
    const days = this.ttlDays.get(key) ?? null;
    this.spans.push({ key, accountId, from, until: days === null ? null : from + days * DAY_MS });
  }

  /** Ends what has not ended by itself. */
  takeOff(key: string, accountIds: readonly string[], at: number): void {
    for (const span of this.of(accountIds)) if (span.key === key && (span.until ?? at) >= at) span.until = at;
  }

  of(accountIds: readonly string[]) {
    return this.spans.filter(({ accountId }) => accountIds.includes(accountId));
  }
}
