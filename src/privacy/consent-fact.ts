import type { Channel } from '../channels/channel.js';
import type { ConsentPurpose } from './consent-purpose.js';
import type { LastWords } from './last-words.rules.js';

/** What of a profile one partner may see, and how long. */
export interface PartnerGrant {
  /** The name of the partner's API tokens. */
  readonly partner: string;
  /** As `traits.city`, `events`; null: all that the token may read. */
  readonly fields: readonly string[] | null;
  readonly until: Date | null;
}

/** What a customer said about one purpose, as profiles keep it: no evidence, and nothing personal. */
export interface ConsentFact {
  readonly id: string;
  readonly purpose: ConsentPurpose;
  readonly granted: boolean;
  /** The channel it is about; null: all of them. */
  readonly channel: Channel | null;
  readonly policyVersion: string;
  readonly at: Date;
  readonly expiresAt: Date | null;
  /** Whether a guardian stands behind it. */
  readonly isGuarded: boolean;
  readonly grant: PartnerGrant | null;
  /** The account that a grant stays with when accounts part. */
  readonly anchorId: string;
  /** The accounts it was said of, sorted; in a profile those of which nothing later was said. A withdrawal stays with each. */
  readonly accountIds: readonly string[];
}

/** What the customers behind some accounts said: the last for each account, purpose, channel and partner. */
export type ConsentFacts = LastWords<ConsentFact>;

/** Nothing was said. */
export const NO_CONSENTS: ConsentFacts = Object.freeze({ entries: Object.freeze([]), leftOut: false });
