/** A side of a referral, as far as guards look at it. */
export interface Side {
  readonly id: string;
  readonly devices: ReadonlySet<string>;
}

/** Why a referral is no referral. */
export type ReferralFraud = 'SELF_REFERRAL' | 'SAME_DEVICE';

/** What speaks against a referral: both are one person, or they share a device or browser. */
export function fraudIn(referrer: Side, referee: Side): ReferralFraud | undefined {
  if (referrer.id === referee.id) return 'SELF_REFERRAL';
  return [...referrer.devices].some((device) => referee.devices.has(device)) ? 'SAME_DEVICE' : undefined;
}
