/** The root fields of the contract that answer NOT_IMPLEMENTED. The list only shrinks. */
export const NOT_IMPLEMENTED = {
  Query: [
    'alerts',
    'attribution',
    'channelSynergy',
    'explainSegment',
    'metricDefinitions',
    'metrics',
    'previewSegment',
    'privacyRequest',
    'segment',
    'segmentMembershipChanges',
    'segments',
    'tagDefinitions',
    'winBackList',
  ],
  Mutation: [
    'acknowledgeAlert',
    'assignTag',
    'createSegment',
    'createStaticSegment',
    'defineTag',
    'deleteSegment',
    'postPoints',
    'recordContact',
    'removeTag',
    'requestPrivacy',
    'updateSegment',
    'upsertItems',
  ],
  Subscription: ['alertRaised', 'metricsUpdated', 'segmentMembershipChanged'],
} as const;

/** The fields of a profile that are null for everyone until their capability is built. The list only shrinks. */
export const NULL_PROFILE_FIELDS = [
  'contactPolicy',
  'lifecycle',
  'loyalty',
  'recommendations',
  'rfm',
  'segments',
  'tags',
  'value',
] as const;
