import type { Channel } from '../channels/channel.js';

/** A level of a programme: who has earned so many points has it. */
export interface LoyaltyLevel {
  readonly key: string;
  /** Points earned, less those taken back; the lowest level begins at 0. */
  readonly from: number;
  /** What a customer of this level is given, in the tenant's own words. */
  readonly benefits: readonly string[];
}

/** What an event earns: points for itself, and points for each unit of money in the tenant's currency. */
export interface EarningRule {
  readonly event: string;
  readonly points: number;
  readonly perUnit: number;
  /** Of all channels where it names none. */
  readonly channels: readonly Channel[];
  /** What happened before earns nothing by this rule. */
  readonly since: string;
}

/** What both sides get once somebody who was referred has come so far. */
export interface ReferralStage {
  /** The tenant's own name of it: a stage is rewarded once, whatever else is changed of it. */
  readonly key: string;
  /** The event of who was referred; null: the referral itself. */
  readonly event: string | null;
  readonly referrer: number;
  readonly referee: number;
}

/** A tenant's loyalty programme. */
export interface LoyaltyProgramme {
  readonly levels: readonly LoyaltyLevel[];
  /** Points end with the month of the tenant's calendar that comes so many after that in which they were given; null: never. */
  readonly expiryMonths: number | null;
  readonly rules: readonly EarningRule[];
  /** Events that take back what their order has earned. */
  readonly refundEvents: readonly string[];
  readonly referralStages: readonly ReferralStage[];
  /** So many whom one customer refers are rewarded. */
  readonly mostReferrals: number;
}

/** What a tenant has chosen of a programme. */
export type LoyaltyChoices = Partial<LoyaltyProgramme>;

const DEFAULT_PROGRAMME: LoyaltyProgramme = Object.freeze({
  levels: [
    { key: 'BASIC', from: 0, benefits: [] },
    { key: 'SILVER', from: 1_000, benefits: [] },
    { key: 'GOLD', from: 5_000, benefits: [] },
  ],
  expiryMonths: null,
  rules: [],
  refundEvents: ['Order Refunded', 'Order Cancelled'],
  referralStages: [],
  mostReferrals: 100,
});

/** A programme, with what the tenant hasn't chosen by default. */
export function programmeOf(chosen: LoyaltyChoices | null): LoyaltyProgramme {
  return { ...DEFAULT_PROGRAMME, ...chosen };
}
