/** The scores, 1 to 5, that a tier takes in. */
export interface ScoreRange {
  readonly min: number;
  readonly max: number;
}

/** What makes a customer be of a tier: all that it names. */
export interface TierRule {
  /** Several rules may lead to one tier. */
  readonly key: string;
  readonly r?: ScoreRange | undefined;
  readonly f?: ScoreRange | undefined;
  readonly m?: ScoreRange | undefined;
}

/** How a tenant judges its customers by their orders. */
export interface RfmSettings {
  readonly orderEvents: readonly string[];
  /** Events that take an order back: the amount they name, or all of it. */
  readonly refundEvents: readonly string[];
  /** The first rule that holds gives the tier. */
  readonly tiers: readonly TierRule[];
  /** The tier of whom no rule holds for, and of whoever has not bought for so long. */
  readonly baseTier: string;
  /** After so many calendar months without an order a customer is of the base tier; null: never. */
  readonly baseAfterMonths: number | null;
  /** The tier whose customers are cared for, and after how many calendar months without an order. */
  readonly highTier: string;
  readonly careAfterMonths: number;
}

/** What a tenant has chosen of them. */
export type RfmChoices = Partial<RfmSettings>;

const from = (min: number): ScoreRange => ({ min, max: 5 });
const upTo = (max: number): ScoreRange => ({ min: 1, max });

const DEFAULT_RFM: RfmSettings = Object.freeze({
  orderEvents: ['Order Completed'],
  refundEvents: ['Order Refunded', 'Order Cancelled'],
  tiers: [
    { key: 'HIGH_VALUE', r: from(4), f: from(4), m: from(4) },
    { key: 'CHURN_RISK', r: upTo(2), f: from(3) },
    { key: 'CHURN_RISK', r: upTo(2), m: from(4) },
    { key: 'MEDIUM_VALUE', r: from(3), f: from(3) },
    { key: 'MEDIUM_VALUE', r: from(3), m: from(4) },
    { key: 'POTENTIAL', r: from(4) },
  ],
  baseTier: 'LOW_VALUE',
  baseAfterMonths: 3,
  highTier: 'HIGH_VALUE',
  careAfterMonths: 2,
});

/** All settings of RFM, with what the tenant hasn't chosen by default. */
export function rfmOf(chosen: RfmChoices): RfmSettings {
  return { ...DEFAULT_RFM, ...chosen };
}

/** The keys of a tenant's tiers, each once, in their order. */
export function tierKeysOf({ tiers, baseTier }: RfmSettings): string[] {
  return [...new Set([...tiers.map(({ key }) => key), baseTier])];
}
