/** Whether a customer is around, apart from how far they have come. */
export enum ActivityState {
  ACTIVE = 'ACTIVE',
  SILENT = 'SILENT',
  CHURNED = 'CHURNED',
  RETURNED = 'RETURNED',
}
