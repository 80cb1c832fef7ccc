/** What differs from the cost that a field's shape gives it. */
export interface FieldCost {
  /** Points for the field itself, once each time it is resolved. */
  readonly weight?: number;
  /** How long its list is taken to be; a text names the list argument that says so. */
  readonly size?: number | string;
}

/** A mutation writes: several commands, each acknowledged by a majority. */
export const MUTATION_WEIGHT = 10;
/** One entry of a list that is given as an argument, as one event of `ingest`. */
export const LIST_ENTRY_WEIGHT = 0.1;
/** An object that a read of its own or a page brings. */
export const OBJECT_WEIGHT = 1;
/** An object inside another one's document. */
export const PART_WEIGHT = 0.1;
/** How long a list is taken to be that has neither `first` nor an entry below: most are shorter, none is longer than its bound. */
export const PLAIN_LIST_SIZE = 10;

/**
 * The fields that cost other than their shape says: those that read more than one document or compute over many. Each
 * name exists in the schema; a test sees to that.
 */
export const FIELD_COSTS: Readonly<Record<string, FieldCost>> = {
  'Query.attribution': { weight: 500 },
  'Query.auditProof': { weight: 50 },
  'Query.channelSynergy': { weight: 500 },
  'Query.eventsByMessageId': { weight: 2, size: 'messageIds' },
  'Query.explainMatch': { weight: 20 },
  'Query.explainSegment': { weight: 20 },
  'Query.identityGraph': { weight: 20 },
  'Query.matchCandidates': { weight: 5 },
  'Query.metrics': { weight: 100, size: 'metrics' },
  'Query.previewMerge': { weight: 50 },
  'Query.previewSegment': { weight: 500 },
  'Query.previewUnmerge': { weight: 50 },
  'Query.privateCount': { weight: 500 },
  'Query.privateSum': { weight: 500 },
  'Query.profiles': { weight: 5 },
  'Query.quarantinedItems': { weight: 5 },
  'Query.segmentMembershipChanges': { weight: 5 },
  'Query.verifyAuditLog': { weight: 500 },
  'Query.webhookDeliveries': { weight: 5 },
  'Query.winBackList': { weight: 50 },
  'IdentityGraph.edges': { size: 100 },
  'IdentityGraph.nodes': { size: 50 },
  'Journey.steps': { size: 50 },
  'MetricSeries.points': { size: 100 },
  'Profile.events': { weight: 1 },
  'Profile.journey': { weight: 5 },
  'Profile.recommendations': { weight: 5 },
  'Profile.tagHistory': { weight: 3 },
  'ProfileConnection.totalCount': { weight: 20 },
  'MatchCandidateConnection.totalCount': { weight: 20 },
  'Segment.members': { weight: 5 },
  'TagDefinition.profileCount': { weight: 2 },
  'Segment.sizeHistory': { weight: 50, size: 92 },
};

/** The points of events that come by an endpoint of a channel: what `ingest` costs. */
export function costOfEvents(count: number): number {
  return Math.ceil(MUTATION_WEIGHT + count * LIST_ENTRY_WEIGHT);
}
