import type { ConsentPurpose } from '../privacy/consent-purpose.js';

/** The purposes that may keep events: what the customer ordered, always, and what a customer may agree to. */
export type KeepingPurpose = Exclude<`${ConsentPurpose}`, 'PARTNER_SHARING'>;

/** For how many days a purpose keeps events; that what was ordered needs is always said. */
export type EventRule = { readonly SERVICE: number } & Readonly<Partial<Record<KeepingPurpose, number>>>;

/** For how many days a tenant keeps what is stored; what is not named is kept. */
export interface RetentionSettings {
  /** Since they happened, by purpose: an event stays as long as any purpose that the person permits keeps it. */
  readonly events?: EventRule | undefined;
  /** Refused items, since they arrived. */
  readonly quarantine?: number | undefined;
  /** Pairs that somebody has reviewed, since then. */
  readonly matchCandidates?: number | undefined;
}
