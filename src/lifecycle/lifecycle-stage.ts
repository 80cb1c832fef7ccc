/** How far a customer has come with the company. */
export enum LifecycleStage {
  AWARENESS = 'AWARENESS',
  ACQUISITION = 'ACQUISITION',
  CONVERSION = 'CONVERSION',
  RETENTION = 'RETENTION',
  REFERRAL = 'REFERRAL',
  CHURN = 'CHURN',
}
