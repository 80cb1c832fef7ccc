/** The root fields of the contract that answer NOT_IMPLEMENTED. The list only shrinks. */
export const NOT_IMPLEMENTED = {
  Query: ['alerts', 'attribution', 'channelSynergy', 'metricDefinitions', 'metrics', 'winBackList'],
  Mutation: ['acknowledgeAlert', 'upsertItems'],
  Subscription: ['alertRaised', 'metricsUpdated'],
} as const;

/** The fields of a profile that are null for everyone until their capability is built. The list only shrinks. */
export const NULL_PROFILE_FIELDS = ['recommendations', 'value'] as const;
