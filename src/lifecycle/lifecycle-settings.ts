import { LifecycleStage } from './lifecycle-stage.js';

/** Where an event of a customer leads. */
export interface StageMove {
  /** Names of events, in any case; one with `*` at its end means all that begin so. */
  readonly events: readonly string[];
  /** The stages it leads out of; none: every one. */
  readonly from: readonly LifecycleStage[];
  readonly to: LifecycleStage;
  /** Whether it leads those alone who have bought before (true), or have not (false); null: both. */
  readonly hasBought: boolean | null;
}

/** How a tenant's customers move from stage to stage. Days are those of the tenant's calendar. */
export interface LifecycleSettings {
  /** After so many days without activity a customer is SILENT and a stage further down, and again after as many more. */
  readonly silentDays: number;
  /** After so many days without activity a customer is CHURNED, and the stage CHURN. */
  readonly churnedDays: number;
  /** So long who came back from silence is RETURNED, before being ACTIVE. */
  readonly returnedDays: number;
  /** Events by which a customer has bought. */
  readonly purchases: readonly string[];
  /** Of those that mean an event the first counts. */
  readonly moves: readonly StageMove[];
}

/** What a tenant has chosen of them. */
export type LifecycleChoices = Partial<LifecycleSettings>;

const DEFAULT_PURCHASES = ['Order Completed', 'Order Paid', 'Subscription Started', 'Payment Succeeded'];
const REFERRING = ['Invite*', 'Referral*', 'Post Shared*', 'Product Shared*', 'Review Submitted*', 'Share*'];
const LEAVING = ['Unfollowed*', 'Unsubscribed*', 'Account Deleted*', 'Subscription Cancelled*', 'Friend Removed*'];
const REACHABLE = [
  ...['Identify', 'Signed Up*', 'Account Created*', 'Followed*', 'Friend Added*', 'Lead*'],
  ...['Member Joined*', 'Device Paired*'],
];

function defaultMoves(purchases: readonly string[]): StageMove[] {
  const { ACQUISITION, AWARENESS, CHURN, CONVERSION, REFERRAL, RETENTION } = LifecycleStage;
  return [
    { events: purchases, from: [], to: RETENTION, hasBought: true },
    { events: purchases, from: [], to: CONVERSION, hasBought: false },
    { events: REFERRING, from: [], to: REFERRAL, hasBought: true },
    { events: LEAVING, from: [], to: CHURN, hasBought: null },
    { events: REACHABLE, from: [AWARENESS, CHURN], to: ACQUISITION, hasBought: null },
  ];
}

/** All settings of the lifecycle, with what the tenant hasn't chosen by default. */
export function lifecycleOf(chosen: LifecycleChoices): LifecycleSettings {
  const purchases = chosen.purchases ?? DEFAULT_PURCHASES;
  const days = { silentDays: 30, churnedDays: 90, returnedDays: 30 };
  return { ...days, moves: defaultMoves(purchases), ...chosen, purchases };
}
