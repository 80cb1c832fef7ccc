/** At most so many contacts within so many days of 24 hours. */
export interface ContactCap {
  readonly most: number;
  readonly days: number;
}

/** Times of day by the tenant's calendar, as 21:00: from the one up to the other, over midnight where that is earlier. */
export interface QuietHours {
  readonly from: string;
  readonly to: string;
}

/** How a tenant cares that its customers are not contacted too often, at night, or where they don't want it. */
export interface ContactCare {
  /** Caps by tier. */
  readonly caps: Readonly<Record<string, ContactCap>>;
  /** The cap of customers of other tiers, or none. */
  readonly otherwise: ContactCap;
  /** When nobody is contacted; null: there is no such time. */
  readonly quietHours: QuietHours | null;
  /** The custom trait that names the channels a customer wants to be contacted in: one, or a list. */
  readonly preferenceTrait: string;
}

/** What a tenant has decided of it. */
export type ContactChoices = Partial<ContactCare>;

const DEFAULT_CARE: ContactCare = {
  caps: { HIGH_VALUE: { most: 3, days: 7 } },
  otherwise: { most: 1, days: 30 },
  quietHours: null,
  preferenceTrait: 'preferredChannels',
};

/** All of it, what a tenant hasn't decided by default: three contacts a week for HIGH_VALUE, one in 30 days for others. */
export function careOf(choices: ContactChoices): ContactCare {
  return { ...DEFAULT_CARE, ...choices };
}

/** The cap of a tier; null: of somebody who has none. */
export function capOf({ caps, otherwise }: ContactCare, tier: string | null): ContactCap {
  return (tier !== null && Object.hasOwn(caps, tier) ? caps[tier] : undefined) ?? otherwise;
}

/** The cap with the longest window. */
export function longestOf({ caps, otherwise }: ContactCare): ContactCap {
  return Object.values(caps).reduce((longest, cap) => (cap.days > longest.days ? cap : longest), otherwise);
}
