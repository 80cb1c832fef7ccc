/** Internal type. DO NOT USE DIRECTLY. */
type Exact<T extends { [key: string]: unknown }> = { [K in keyof T]: T[K] };
/** Internal type. DO NOT USE DIRECTLY. */
export type Incremental<T> = T | { [P in keyof T]?: P extends ' $fragmentName' | '__typename' ? T[P] : never };
import type { TypedDocumentNode as DocumentNode } from '@graphql-typed-document-node/core';
export type Maybe<T> = T | null;
export type InputMaybe<T> = Maybe<T>;
/** All built-in and custom scalars, mapped to their actual values */
export type Scalars = {
  ID: { input: string; output: string; }
  String: { input: string; output: string; }
  Boolean: { input: boolean; output: boolean; }
  Int: { input: number; output: number; }
  Float: { input: number; output: number; }
  BigInt: { input: number | string; output: number | string; }
  DateTime: { input: string; output: string; }
  /** Any JSON value. */
  JSON: { input: unknown; output: unknown; }
  /** A JSON object. */
  JSONObject: { input: Record<string, unknown>; output: Record<string, unknown>; }
};

export type ActivityState =
  | 'ACTIVE'
  | 'CHURNED'
  | 'RETURNED'
  | 'SILENT';

export type AlertSeverity =
  | 'CRITICAL'
  | 'INFO'
  | 'WARNING';

export type ApiTokenInput = {
  readonly channel?: InputMaybe<Channel>;
  readonly expiresAt?: InputMaybe<Scalars['DateTime']['input']>;
  readonly name: Scalars['String']['input'];
  readonly namespace?: InputMaybe<Scalars['String']['input']>;
  readonly purposes?: InputMaybe<ReadonlyArray<ConsentPurpose>>;
  readonly scopes: ReadonlyArray<Scalars['String']['input']>;
  readonly segmentIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
};

export type AttributionModel =
  | 'FIRST_TOUCH'
  | 'LAST_TOUCH'
  | 'LINEAR'
  | 'MARKOV'
  | 'POSITION_BASED'
  | 'SHAPLEY'
  | 'TIME_DECAY';

export type Channel =
  | 'APP'
  | 'CONTENT'
  | 'CRM'
  | 'ECOMMERCE'
  | 'ERP'
  | 'IOT'
  | 'MINI_PROGRAM'
  | 'SEARCH'
  | 'SOCIAL'
  | 'STORE'
  | 'WEB'
  | 'WECHAT_OFFICIAL_ACCOUNT'
  | 'WECOM';

export type ConsentCondition = {
  readonly granted?: Scalars['Boolean']['input'];
  readonly purpose: ConsentPurpose;
};

export type ConsentPurpose =
  | 'ANALYTICS'
  | 'MARKETING'
  | 'PARTNER_SHARING'
  | 'PERSONALISATION'
  | 'SERVICE';

/** Half-open: from inclusive, to exclusive. */
export type DateRange = {
  readonly from: Scalars['DateTime']['input'];
  readonly to: Scalars['DateTime']['input'];
};

export type Dimension =
  | 'CAMPAIGN'
  | 'CHANNEL'
  | 'CITY'
  | 'LIFECYCLE'
  | 'SEGMENT'
  | 'TIER'
  | 'TRAFFIC_SOURCE';

export type EventAggregate =
  | 'AVG'
  | 'COUNT'
  | 'DAYS_SINCE_FIRST'
  | 'DAYS_SINCE_LAST'
  | 'DISTINCT'
  | 'MAX'
  | 'MIN'
  | 'SUM';

/** withinDays, DAYS_SINCE_FIRST and DAYS_SINCE_LAST count calendar days of the tenant's time zone, today included. */
export type EventCondition = {
  readonly aggregate?: EventAggregate;
  readonly name: Scalars['String']['input'];
  readonly op?: NumericOperator;
  readonly property?: InputMaybe<Scalars['String']['input']>;
  readonly value?: Scalars['Float']['input'];
  readonly where?: InputMaybe<ReadonlyArray<TraitCondition>>;
  readonly withinDays?: InputMaybe<Scalars['Int']['input']>;
};

export type EventFilter = {
  readonly channels?: InputMaybe<ReadonlyArray<Channel>>;
  readonly names?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  readonly range?: InputMaybe<DateRange>;
  readonly types?: InputMaybe<ReadonlyArray<EventType>>;
};

export type EventInput = {
  readonly channel: Channel;
  readonly context?: InputMaybe<Scalars['JSONObject']['input']>;
  readonly identifiers: ReadonlyArray<IdentifierInput>;
  /** The client's own unique id: sending it again changes nothing. */
  readonly messageId: Scalars['String']['input'];
  /** Required for TRACK; standard names are Segment's (Order Completed, Product Viewed ...). */
  readonly name?: InputMaybe<Scalars['String']['input']>;
  /** More than 24 h in the future is refused with OCCURRED_IN_FUTURE. */
  readonly occurredAt: Scalars['DateTime']['input'];
  readonly properties?: InputMaybe<Scalars['JSONObject']['input']>;
  /** A null value is an observation too: it clears the trait as of occurredAt. */
  readonly traits?: InputMaybe<Scalars['JSONObject']['input']>;
  readonly type?: EventType;
};

export type EventType =
  | 'ALIAS'
  | 'GROUP'
  | 'IDENTIFY'
  | 'PAGE'
  | 'SCREEN'
  | 'TRACK';

export type Gender =
  | 'FEMALE'
  | 'MALE'
  | 'OTHER'
  | 'UNKNOWN';

export type Granularity =
  | 'DAY'
  | 'HOUR'
  | 'MINUTE'
  | 'MONTH'
  | 'WEEK';

export type IdentifierInput = {
  readonly namespace?: InputMaybe<Scalars['String']['input']>;
  readonly type: IdentifierType;
  readonly value: Scalars['String']['input'];
};

export type IdentifierType =
  | 'ANONYMOUS_ID'
  | 'CUSTOM'
  | 'DEVICE_ID'
  | 'EMAIL'
  | 'EXTERNAL_USER_ID'
  | 'MEMBER_NO'
  | 'OPEN_ID'
  | 'PHONE'
  | 'UNION_ID'
  | 'USER_ID';

export type IdentityEdgeKind =
  | 'CANNOT_LINK'
  | 'IDENTIFIER'
  | 'MANUAL'
  | 'PROBABILISTIC'
  | 'REFUSED';

export type ItemInput = {
  readonly attributes?: InputMaybe<Scalars['JSONObject']['input']>;
  readonly category?: InputMaybe<Scalars['String']['input']>;
  readonly inStock?: InputMaybe<Scalars['Boolean']['input']>;
  readonly name: Scalars['String']['input'];
  readonly price?: InputMaybe<MoneyInput>;
  readonly seller?: InputMaybe<Scalars['String']['input']>;
  readonly sku: Scalars['String']['input'];
};

export type JobState =
  | 'CANCELLED'
  | 'FAILED'
  | 'QUEUED'
  | 'RUNNING'
  | 'SUCCEEDED';

export type LifecycleStage =
  | 'ACQUISITION'
  | 'AWARENESS'
  | 'CHURN'
  | 'CONVERSION'
  | 'REFERRAL'
  | 'RETENTION';

export type MatchStatus =
  | 'ACCEPTED'
  | 'PENDING'
  | 'REJECTED'
  | 'SUPERSEDED';

export type MoneyInput = {
  readonly amount: Scalars['String']['input'];
  readonly currency: Scalars['String']['input'];
};

export type NumericOperator =
  | 'EQ'
  | 'GT'
  | 'GTE'
  | 'LT'
  | 'LTE'
  | 'NE';

export type Operator =
  | 'AFTER'
  | 'BEFORE'
  | 'CONTAINS'
  | 'EQ'
  | 'EXISTS'
  | 'GT'
  | 'GTE'
  | 'IN'
  | 'LT'
  | 'LTE'
  | 'NE'
  | 'NOT_EXISTS'
  | 'NOT_IN'
  | 'STARTS_WITH'
  | 'WITHIN_LAST_DAYS';

export type PrivacyRequestKind =
  | 'ACCESS'
  | 'ERASURE'
  | 'OBJECTION'
  | 'PORTABILITY'
  | 'RECTIFICATION'
  | 'RESTRICTION';

export type ProfileChangeKind =
  | 'CREATED'
  | 'ERASED'
  | 'MERGED'
  | 'SPLIT'
  | 'UPDATED';

export type ProfileFilter = {
  readonly channels?: InputMaybe<ReadonlyArray<Channel>>;
  readonly ids?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  readonly lifecycle?: InputMaybe<ReadonlyArray<LifecycleStage>>;
  readonly rule?: InputMaybe<RuleInput>;
  /** A whole phone, email or member number, a phone's first 3, 7 or last 4 digits, or the start of a name or its pinyin. */
  readonly search?: InputMaybe<Scalars['String']['input']>;
  readonly seenIn?: InputMaybe<DateRange>;
  readonly segmentIds?: InputMaybe<ReadonlyArray<Scalars['ID']['input']>>;
  readonly tags?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
};

export type ProfileOrder =
  | 'CREATED_DESC'
  | 'LAST_SEEN_DESC'
  | 'VALUE_DESC';

export type RecommendationStrategy =
  | 'BALANCED'
  | 'COLLABORATIVE'
  | 'LONG_TAIL'
  | 'POPULAR';

/**
 * A condition over a profile; exactly one field is set.
 * The same rule gives the same answer in real time and over the whole tenant, as of one moment and one version of models and quantiles.
 */
export type RuleInput = {
  readonly all?: InputMaybe<ReadonlyArray<RuleInput>>;
  readonly any?: InputMaybe<ReadonlyArray<RuleInput>>;
  readonly channel?: InputMaybe<Channel>;
  readonly consent?: InputMaybe<ConsentCondition>;
  readonly event?: InputMaybe<EventCondition>;
  readonly lifecycle?: InputMaybe<ReadonlyArray<LifecycleStage>>;
  readonly not?: InputMaybe<RuleInput>;
  readonly segment?: InputMaybe<Scalars['ID']['input']>;
  readonly sequence?: InputMaybe<SequenceCondition>;
  readonly tag?: InputMaybe<Scalars['String']['input']>;
  readonly tier?: InputMaybe<ReadonlyArray<Scalars['String']['input']>>;
  readonly trait?: InputMaybe<TraitCondition>;
};

export type SegmentKind =
  | 'CLUSTER'
  | 'DYNAMIC'
  | 'STATIC';

/** True where some chain of events, strictly increasing by (occurredAt, messageId), takes the steps in order, each within so many times 24 hours of the one before. */
export type SequenceCondition = {
  readonly steps: ReadonlyArray<SequenceStep>;
  readonly withinDays: Scalars['Int']['input'];
};

export type SequenceStep = {
  readonly name: Scalars['String']['input'];
  readonly where?: InputMaybe<ReadonlyArray<TraitCondition>>;
};

export type TagKind =
  | 'MANUAL'
  | 'MODEL'
  | 'RULE';

export type TouchpointInitiative =
  | 'ACTIVE'
  | 'PASSIVE';

export type TouchpointPlace =
  | 'OFFLINE'
  | 'ONLINE';

export type TouchpointValue =
  | 'HIGH'
  | 'LOW'
  | 'MEDIUM';

export type TrafficSource =
  | 'CONTENT'
  | 'DIRECT'
  | 'NATURAL'
  | 'OFFLINE'
  | 'PAID'
  | 'PARTNER'
  | 'SEARCH'
  | 'SOCIAL'
  | 'WORD_OF_MOUTH';

/** path names a trait, or a property of the event inside `where`. Values compare normalised (a phone as E.164); a caller who may not look a CORE value up can't use it in a rule. */
export type TraitCondition = {
  readonly op: Operator;
  readonly path: Scalars['String']['input'];
  readonly value?: InputMaybe<Scalars['JSON']['input']>;
};

export type WithheldReason =
  | 'CONSENT'
  | 'PURPOSE'
  | 'RESTRICTED'
  | 'ROLE';

export type ApiTokenInput = {
  readonly channel?: Channel | null | undefined;
  readonly expiresAt?: string | null | undefined;
  readonly name: string;
  readonly namespace?: string | null | undefined;
  readonly purposes?: ReadonlyArray<ConsentPurpose> | null | undefined;
  readonly scopes: ReadonlyArray<string>;
  readonly segmentIds?: ReadonlyArray<string | number> | null | undefined;
};

export type Channel =
  | 'APP'
  | 'CONTENT'
  | 'CRM'
  | 'ECOMMERCE'
  | 'ERP'
  | 'IOT'
  | 'MINI_PROGRAM'
  | 'SEARCH'
  | 'SOCIAL'
  | 'STORE'
  | 'WEB'
  | 'WECHAT_OFFICIAL_ACCOUNT'
  | 'WECOM';

export type ConsentCondition = {
  readonly granted?: boolean;
  readonly purpose: ConsentPurpose;
};

export type ConsentPurpose =
  | 'ANALYTICS'
  | 'MARKETING'
  | 'PARTNER_SHARING'
  | 'PERSONALISATION'
  | 'SERVICE';

/** Half-open: from inclusive, to exclusive. */
export type DateRange = {
  readonly from: string;
  readonly to: string;
};

export type EventAggregate =
  | 'AVG'
  | 'COUNT'
  | 'DAYS_SINCE_FIRST'
  | 'DAYS_SINCE_LAST'
  | 'DISTINCT'
  | 'MAX'
  | 'MIN'
  | 'SUM';

/** withinDays, DAYS_SINCE_FIRST and DAYS_SINCE_LAST count calendar days of the tenant's time zone, today included. */
export type EventCondition = {
  readonly aggregate?: EventAggregate;
  readonly name: string;
  readonly op?: NumericOperator;
  readonly property?: string | null | undefined;
  readonly value?: number;
  readonly where?: ReadonlyArray<TraitCondition> | null | undefined;
  readonly withinDays?: number | null | undefined;
};

export type EventFilter = {
  readonly channels?: ReadonlyArray<Channel> | null | undefined;
  readonly names?: ReadonlyArray<string> | null | undefined;
  readonly range?: DateRange | null | undefined;
  readonly types?: ReadonlyArray<EventType> | null | undefined;
};

export type EventInput = {
  readonly channel: Channel;
  readonly context?: Record<string, unknown> | null | undefined;
  readonly identifiers: ReadonlyArray<IdentifierInput>;
  /** The client's own unique id: sending it again changes nothing. */
  readonly messageId: string;
  /** Required for TRACK; standard names are Segment's (Order Completed, Product Viewed ...). */
  readonly name?: string | null | undefined;
  /** More than 24 h in the future is refused with OCCURRED_IN_FUTURE. */
  readonly occurredAt: string;
  readonly properties?: Record<string, unknown> | null | undefined;
  /** A null value is an observation too: it clears the trait as of occurredAt. */
  readonly traits?: Record<string, unknown> | null | undefined;
  readonly type?: EventType;
};

export type EventType =
  | 'ALIAS'
  | 'GROUP'
  | 'IDENTIFY'
  | 'PAGE'
  | 'SCREEN'
  | 'TRACK';

export type Gender =
  | 'FEMALE'
  | 'MALE'
  | 'OTHER'
  | 'UNKNOWN';

export type IdentifierInput = {
  readonly namespace?: string | null | undefined;
  readonly type: IdentifierType;
  readonly value: string;
};

export type IdentifierType =
  | 'ANONYMOUS_ID'
  | 'CUSTOM'
  | 'DEVICE_ID'
  | 'EMAIL'
  | 'EXTERNAL_USER_ID'
  | 'MEMBER_NO'
  | 'OPEN_ID'
  | 'PHONE'
  | 'UNION_ID'
  | 'USER_ID';

export type IdentityEdgeKind =
  | 'CANNOT_LINK'
  | 'IDENTIFIER'
  | 'MANUAL'
  | 'PROBABILISTIC'
  | 'REFUSED';

export type LifecycleStage =
  | 'ACQUISITION'
  | 'AWARENESS'
  | 'CHURN'
  | 'CONVERSION'
  | 'REFERRAL'
  | 'RETENTION';

export type NumericOperator =
  | 'EQ'
  | 'GT'
  | 'GTE'
  | 'LT'
  | 'LTE'
  | 'NE';

export type Operator =
  | 'AFTER'
  | 'BEFORE'
  | 'CONTAINS'
  | 'EQ'
  | 'EXISTS'
  | 'GT'
  | 'GTE'
  | 'IN'
  | 'LT'
  | 'LTE'
  | 'NE'
  | 'NOT_EXISTS'
  | 'NOT_IN'
  | 'STARTS_WITH'
  | 'WITHIN_LAST_DAYS';

export type ProfileFilter = {
  readonly channels?: ReadonlyArray<Channel> | null | undefined;
  readonly ids?: ReadonlyArray<string | number> | null | undefined;
  readonly lifecycle?: ReadonlyArray<LifecycleStage> | null | undefined;
  readonly rule?: RuleInput | null | undefined;
  /** A whole phone, email or member number, a phone's first 3, 7 or last 4 digits, or the start of a name or its pinyin. */
  readonly search?: string | null | undefined;
  readonly seenIn?: DateRange | null | undefined;
  readonly segmentIds?: ReadonlyArray<string | number> | null | undefined;
  readonly tags?: ReadonlyArray<string> | null | undefined;
};

export type ProfileOrder =
  | 'CREATED_DESC'
  | 'LAST_SEEN_DESC'
  | 'VALUE_DESC';

/**
 * A condition over a profile; exactly one field is set.
 * The same rule gives the same answer in real time and over the whole tenant, as of one moment and one version of models and quantiles.
 */
export type RuleInput = {
  readonly all?: ReadonlyArray<RuleInput> | null | undefined;
  readonly any?: ReadonlyArray<RuleInput> | null | undefined;
  readonly channel?: Channel | null | undefined;
  readonly consent?: ConsentCondition | null | undefined;
  readonly event?: EventCondition | null | undefined;
  readonly lifecycle?: ReadonlyArray<LifecycleStage> | null | undefined;
  readonly not?: RuleInput | null | undefined;
  readonly segment?: string | number | null | undefined;
  readonly sequence?: SequenceCondition | null | undefined;
  readonly tag?: string | null | undefined;
  readonly tier?: ReadonlyArray<string> | null | undefined;
  readonly trait?: TraitCondition | null | undefined;
};

/** True where some chain of events, strictly increasing by (occurredAt, messageId), takes the steps in order, each within so many times 24 hours of the one before. */
export type SequenceCondition = {
  readonly steps: ReadonlyArray<SequenceStep>;
  readonly withinDays: number;
};

export type SequenceStep = {
  readonly name: string;
  readonly where?: ReadonlyArray<TraitCondition> | null | undefined;
};

export type TouchpointInitiative =
  | 'ACTIVE'
  | 'PASSIVE';

export type TouchpointPlace =
  | 'OFFLINE'
  | 'ONLINE';

export type TouchpointValue =
  | 'HIGH'
  | 'LOW'
  | 'MEDIUM';

export type TrafficSource =
  | 'CONTENT'
  | 'DIRECT'
  | 'NATURAL'
  | 'OFFLINE'
  | 'PAID'
  | 'PARTNER'
  | 'SEARCH'
  | 'SOCIAL'
  | 'WORD_OF_MOUTH';

/** path names a trait, or a property of the event inside `where`. Values compare normalised (a phone as E.164); a caller who may not look a CORE value up can't use it in a rule. */
export type TraitCondition = {
  readonly op: Operator;
  readonly path: string;
  readonly value?: unknown;
};

export type WithheldReason =
  | 'CONSENT'
  | 'PURPOSE'
  | 'RESTRICTED'
  | 'ROLE';

export type ApiTokensQueryVariables = Exact<{
  first?: number | null | undefined;
}>;


export type ApiTokensQuery = { readonly apiTokens: ReadonlyArray<{ readonly id: string, readonly name: string, readonly prefix: string, readonly scopes: ReadonlyArray<string>, readonly purposes: ReadonlyArray<ConsentPurpose>, readonly channel: Channel | null, readonly namespace: string | null, readonly segmentIds: ReadonlyArray<string> | null, readonly createdAt: string, readonly expiresAt: string | null, readonly lastUsedAt: string | null, readonly revokedAt: string | null }> };

export type CreateApiTokenMutationVariables = Exact<{
  input: ApiTokenInput;
}>;


export type CreateApiTokenMutation = { readonly createApiToken: { readonly secret: string, readonly token: { readonly id: string, readonly name: string, readonly prefix: string, readonly scopes: ReadonlyArray<string>, readonly channel: Channel | null, readonly expiresAt: string | null } } };

export type RotateApiTokenMutationVariables = Exact<{
  id: string | number;
  overlapMinutes?: number | null | undefined;
}>;


export type RotateApiTokenMutation = { readonly rotateApiToken: { readonly secret: string, readonly token: { readonly id: string, readonly name: string, readonly prefix: string, readonly expiresAt: string | null } } };

export type RevokeApiTokenMutationVariables = Exact<{
  id: string | number;
}>;


export type RevokeApiTokenMutation = { readonly revokeApiToken: { readonly id: string, readonly revokedAt: string | null } };

export type CountProfilesQueryVariables = Exact<{
  filter?: ProfileFilter | null | undefined;
}>;


export type CountProfilesQuery = { readonly profiles: { readonly totalCount: number | null, readonly totalCountIsExact: boolean } };

export type EventsByMessageIdQueryVariables = Exact<{
  messageIds: ReadonlyArray<string> | string;
}>;


export type EventsByMessageIdQuery = { readonly eventsByMessageId: ReadonlyArray<{ readonly id: string, readonly messageId: string, readonly name: string, readonly channel: Channel, readonly accountId: string, readonly occurredAt: string, readonly receivedAt: string, readonly profile: { readonly id: string } | null } | null> };

export type IdentityGraphQueryVariables = Exact<{
  profileId: string | number;
}>;


export type IdentityGraphQuery = { readonly identityGraph: { readonly profileId: string, readonly nodes: ReadonlyArray<{ readonly accountId: string, readonly channel: Channel, readonly externalId: string }>, readonly edges: ReadonlyArray<{ readonly from: string, readonly to: string, readonly kind: IdentityEdgeKind, readonly rule: string, readonly reason: string | null, readonly weight: number | null, readonly evidence: Record<string, unknown> | null, readonly active: boolean, readonly createdAt: string, readonly createdBy: string }> } };

export type IngestMutationVariables = Exact<{
  events: ReadonlyArray<EventInput> | EventInput;
}>;


export type IngestMutation = { readonly ingest: { readonly accepted: number, readonly duplicates: number, readonly rejected: ReadonlyArray<{ readonly index: number, readonly messageId: string | null, readonly code: string, readonly message: string, readonly path: string | null }> } };

export type ListProfilesQueryVariables = Exact<{
  filter?: ProfileFilter | null | undefined;
  orderBy?: ProfileOrder | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ListProfilesQuery = { readonly profiles: { readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly id: string, readonly createdAt: string, readonly lastSeenAt: string, readonly traits: { readonly name: string | null, readonly gender: Gender | null, readonly city: string | null, readonly phone: string | null, readonly email: string | null }, readonly withheld: ReadonlyArray<{ readonly path: string, readonly reason: WithheldReason }> } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly hasPreviousPage: boolean, readonly startCursor: string | null, readonly endCursor: string | null } } };

export type MergeProfilesMutationVariables = Exact<{
  into: string | number;
  from: ReadonlyArray<string | number> | string | number;
  reason: string;
}>;


export type MergeProfilesMutation = { readonly mergeProfiles: { readonly mergedIds: ReadonlyArray<string>, readonly profile: { readonly id: string, readonly version: number, readonly mergedIds: ReadonlyArray<string> } } };

export type Profile360QueryVariables = Exact<{
  id: string | number;
}>;


export type Profile360Query = { readonly profile: { readonly id: string, readonly version: number, readonly truncated: boolean, readonly mergedIds: ReadonlyArray<string>, readonly createdAt: string, readonly updatedAt: string, readonly firstSeenAt: string, readonly lastSeenAt: string, readonly traits: { readonly name: string | null, readonly gender: Gender | null, readonly birthday: string | null, readonly phone: string | null, readonly email: string | null, readonly country: string | null, readonly province: string | null, readonly city: string | null, readonly address: string | null, readonly avatarUrl: string | null, readonly language: string | null, readonly custom: Record<string, unknown> }, readonly provenance: ReadonlyArray<{ readonly trait: string, readonly value: string | null, readonly channel: Channel, readonly accountId: string, readonly observedAt: string, readonly rule: string, readonly alternatives: ReadonlyArray<{ readonly value: string | null, readonly channel: Channel, readonly accountId: string, readonly observedAt: string }> }>, readonly identifiers: ReadonlyArray<{ readonly type: IdentifierType, readonly namespace: string | null, readonly value: string, readonly channels: ReadonlyArray<Channel>, readonly firstSeenAt: string, readonly lastSeenAt: string, readonly linking: boolean }>, readonly channelAccounts: ReadonlyArray<never> | null, readonly quality: { readonly completeness: number, readonly consistency: number, readonly issues: ReadonlyArray<{ readonly trait: string, readonly code: string, readonly message: string, readonly channel: Channel | null }> } | null, readonly events: { readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly id: string, readonly messageId: string, readonly type: EventType, readonly name: string, readonly channel: Channel, readonly accountId: string, readonly trafficSource: TrafficSource | null, readonly campaign: Record<string, unknown> | null, readonly properties: Record<string, unknown>, readonly occurredAt: string, readonly receivedAt: string, readonly touchpoint: { readonly initiative: TouchpointInitiative, readonly place: TouchpointPlace, readonly valueClass: TouchpointValue } | null, readonly revenue: { readonly amount: string, readonly currency: string } | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null, readonly withheld: ReadonlyArray<{ readonly path: string, readonly reason: WithheldReason }> } | null };

export type ProfileAccountsQueryVariables = Exact<{
  id: string | number;
  channels?: ReadonlyArray<Channel> | Channel | null | undefined;
  first?: number | null | undefined;
}>;


export type ProfileAccountsQuery = { readonly profile: { readonly id: string, readonly channelAccounts: ReadonlyArray<never> | null } | null };

export type ProfileByIdentifierQueryVariables = Exact<{
  identifier: IdentifierInput;
}>;


export type ProfileByIdentifierQuery = { readonly profileByIdentifier: { readonly id: string, readonly mergedIds: ReadonlyArray<string>, readonly lastSeenAt: string, readonly traits: { readonly name: string | null, readonly phone: string | null, readonly email: string | null, readonly city: string | null }, readonly identifiers: ReadonlyArray<{ readonly type: IdentifierType, readonly namespace: string | null, readonly value: string }> } | null };

export type ProfileEventsQueryVariables = Exact<{
  id: string | number;
  filter?: EventFilter | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type ProfileEventsQuery = { readonly profile: { readonly id: string, readonly events: { readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly id: string, readonly messageId: string, readonly type: EventType, readonly name: string, readonly channel: Channel, readonly properties: Record<string, unknown>, readonly occurredAt: string } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } | null } | null };

export type ProfileJourneyQueryVariables = Exact<{
  id: string | number;
  range?: DateRange | null | undefined;
}>;


export type ProfileJourneyQuery = { readonly profile: { readonly id: string, readonly journey: { readonly currentStage: LifecycleStage, readonly channels: ReadonlyArray<Channel>, readonly durationDays: number, readonly steps: ReadonlyArray<{ readonly stage: LifecycleStage, readonly event: { readonly id: string, readonly name: string, readonly channel: Channel, readonly occurredAt: string } }> } | null } | null };

export type QuarantinedItemsQueryVariables = Exact<{
  code?: string | null | undefined;
  first?: number | null | undefined;
  after?: string | null | undefined;
}>;


export type QuarantinedItemsQuery = { readonly quarantinedItems: { readonly edges: ReadonlyArray<{ readonly cursor: string, readonly node: { readonly id: string, readonly source: string, readonly code: string, readonly message: string, readonly path: string | null, readonly original: unknown, readonly receivedAt: string, readonly replayedAt: string | null } }>, readonly pageInfo: { readonly hasNextPage: boolean, readonly endCursor: string | null } } };

export type ReplayQuarantinedMutationVariables = Exact<{
  ids: ReadonlyArray<string | number> | string | number;
}>;


export type ReplayQuarantinedMutation = { readonly replayQuarantined: { readonly accepted: number, readonly duplicates: number, readonly stillRefused: number } };

export type SetTraitMutationVariables = Exact<{
  profileId: string | number;
  trait: string;
  value?: unknown;
  reason: string;
}>;


export type SetTraitMutation = { readonly setTrait: { readonly id: string, readonly version: number, readonly traits: { readonly name: string | null, readonly gender: Gender | null, readonly birthday: string | null, readonly phone: string | null, readonly email: string | null, readonly country: string | null, readonly province: string | null, readonly city: string | null, readonly address: string | null, readonly avatarUrl: string | null, readonly language: string | null, readonly custom: Record<string, unknown> }, readonly provenance: ReadonlyArray<{ readonly trait: string, readonly value: string | null, readonly channel: Channel, readonly rule: string }> } };

export type TenantSettingsQueryVariables = Exact<{ [key: string]: never; }>;


export type TenantSettingsQuery = { readonly tenantSettings: { readonly timeZone: string, readonly currency: string, readonly settings: Record<string, unknown>, readonly version: number } };

export type UpdateTenantSettingsMutationVariables = Exact<{
  settings: Record<string, unknown>;
  expectedVersion: number;
}>;


export type UpdateTenantSettingsMutation = { readonly updateTenantSettings: { readonly timeZone: string, readonly currency: string, readonly settings: Record<string, unknown>, readonly version: number } };

export type ViewerQueryVariables = Exact<{ [key: string]: never; }>;


export type ViewerQuery = { readonly viewer: { readonly subject: string, readonly tenantId: string, readonly roles: ReadonlyArray<string>, readonly permissions: ReadonlyArray<string>, readonly purposes: ReadonlyArray<ConsentPurpose> } };


export const ApiTokensDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ApiTokens"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"100"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"apiTokens"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"prefix"}},{"kind":"Field","name":{"kind":"Name","value":"scopes"}},{"kind":"Field","name":{"kind":"Name","value":"purposes"}},{"kind":"Field","name":{"kind":"Name","value":"channel"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"segmentIds"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastUsedAt"}},{"kind":"Field","name":{"kind":"Name","value":"revokedAt"}}]}}]}}]} as unknown as DocumentNode<ApiTokensQuery, ApiTokensQueryVariables>;
export const CreateApiTokenDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"CreateApiToken"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"input"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ApiTokenInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"createApiToken"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"input"},"value":{"kind":"Variable","name":{"kind":"Name","value":"input"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"secret"}},{"kind":"Field","name":{"kind":"Name","value":"token"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"prefix"}},{"kind":"Field","name":{"kind":"Name","value":"scopes"}},{"kind":"Field","name":{"kind":"Name","value":"channel"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}}]}}]}}]}}]} as unknown as DocumentNode<CreateApiTokenMutation, CreateApiTokenMutationVariables>;
export const RotateApiTokenDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RotateApiToken"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"overlapMinutes"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"60"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"rotateApiToken"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}},{"kind":"Argument","name":{"kind":"Name","value":"overlapMinutes"},"value":{"kind":"Variable","name":{"kind":"Name","value":"overlapMinutes"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"secret"}},{"kind":"Field","name":{"kind":"Name","value":"token"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"prefix"}},{"kind":"Field","name":{"kind":"Name","value":"expiresAt"}}]}}]}}]}}]} as unknown as DocumentNode<RotateApiTokenMutation, RotateApiTokenMutationVariables>;
export const RevokeApiTokenDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"RevokeApiToken"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"revokeApiToken"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"revokedAt"}}]}}]}}]} as unknown as DocumentNode<RevokeApiTokenMutation, RevokeApiTokenMutationVariables>;
export const CountProfilesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"CountProfiles"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ProfileFilter"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"profiles"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"IntValue","value":"1"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"totalCount"}},{"kind":"Field","name":{"kind":"Name","value":"totalCountIsExact"}}]}}]}}]} as unknown as DocumentNode<CountProfilesQuery, CountProfilesQueryVariables>;
export const EventsByMessageIdDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"EventsByMessageId"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"messageIds"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"eventsByMessageId"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"messageIds"},"value":{"kind":"Variable","name":{"kind":"Name","value":"messageIds"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"messageId"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"channel"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"occurredAt"}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"profile"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}}]}}]}}]}}]} as unknown as DocumentNode<EventsByMessageIdQuery, EventsByMessageIdQueryVariables>;
export const IdentityGraphDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"IdentityGraph"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"profileId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"identityGraph"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"profileId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"profileId"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"profileId"}},{"kind":"Field","name":{"kind":"Name","value":"nodes"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"channel"}},{"kind":"Field","name":{"kind":"Name","value":"externalId"}}]}},{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"from"}},{"kind":"Field","name":{"kind":"Name","value":"to"}},{"kind":"Field","name":{"kind":"Name","value":"kind"}},{"kind":"Field","name":{"kind":"Name","value":"rule"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}},{"kind":"Field","name":{"kind":"Name","value":"weight"}},{"kind":"Field","name":{"kind":"Name","value":"evidence"}},{"kind":"Field","name":{"kind":"Name","value":"active"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"createdBy"}}]}}]}}]}}]} as unknown as DocumentNode<IdentityGraphQuery, IdentityGraphQueryVariables>;
export const IngestDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"Ingest"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"events"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"EventInput"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"ingest"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"events"},"value":{"kind":"Variable","name":{"kind":"Name","value":"events"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accepted"}},{"kind":"Field","name":{"kind":"Name","value":"duplicates"}},{"kind":"Field","name":{"kind":"Name","value":"rejected"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"index"}},{"kind":"Field","name":{"kind":"Name","value":"messageId"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}}]}}]}}]}}]} as unknown as DocumentNode<IngestMutation, IngestMutationVariables>;
export const ListProfilesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ListProfiles"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ProfileFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"ProfileOrder"}},"defaultValue":{"kind":"EnumValue","value":"LAST_SEEN_DESC"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"20"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"profiles"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"orderBy"},"value":{"kind":"Variable","name":{"kind":"Name","value":"orderBy"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"traits"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"gender"}},{"kind":"Field","name":{"kind":"Name","value":"city"}},{"kind":"Field","name":{"kind":"Name","value":"phone"}},{"kind":"Field","name":{"kind":"Name","value":"email"}}]}},{"kind":"Field","name":{"kind":"Name","value":"withheld"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}}]}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastSeenAt"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"hasPreviousPage"}},{"kind":"Field","name":{"kind":"Name","value":"startCursor"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<ListProfilesQuery, ListProfilesQueryVariables>;
export const MergeProfilesDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"MergeProfiles"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"into"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"from"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"reason"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"mergeProfiles"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"into"},"value":{"kind":"Variable","name":{"kind":"Name","value":"into"}}},{"kind":"Argument","name":{"kind":"Name","value":"from"},"value":{"kind":"Variable","name":{"kind":"Name","value":"from"}}},{"kind":"Argument","name":{"kind":"Name","value":"reason"},"value":{"kind":"Variable","name":{"kind":"Name","value":"reason"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"profile"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"mergedIds"}}]}},{"kind":"Field","name":{"kind":"Name","value":"mergedIds"}}]}}]}}]} as unknown as DocumentNode<MergeProfilesMutation, MergeProfilesMutationVariables>;
export const Profile360Document = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Profile360"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"profile"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"traits"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"gender"}},{"kind":"Field","name":{"kind":"Name","value":"birthday"}},{"kind":"Field","name":{"kind":"Name","value":"phone"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"country"}},{"kind":"Field","name":{"kind":"Name","value":"province"}},{"kind":"Field","name":{"kind":"Name","value":"city"}},{"kind":"Field","name":{"kind":"Name","value":"address"}},{"kind":"Field","name":{"kind":"Name","value":"avatarUrl"}},{"kind":"Field","name":{"kind":"Name","value":"language"}},{"kind":"Field","name":{"kind":"Name","value":"custom"}}]}},{"kind":"Field","name":{"kind":"Name","value":"provenance"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"trait"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"channel"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"observedAt"}},{"kind":"Field","name":{"kind":"Name","value":"rule"}},{"kind":"Field","name":{"kind":"Name","value":"alternatives"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"channel"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"observedAt"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"identifiers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"channels"}},{"kind":"Field","name":{"kind":"Name","value":"firstSeenAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastSeenAt"}},{"kind":"Field","name":{"kind":"Name","value":"linking"}}]}},{"kind":"Field","name":{"kind":"Name","value":"channelAccounts"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"channel"}},{"kind":"Field","name":{"kind":"Name","value":"externalId"}},{"kind":"Field","name":{"kind":"Name","value":"displayName"}},{"kind":"Field","name":{"kind":"Name","value":"attributes"}},{"kind":"Field","name":{"kind":"Name","value":"firstSeenAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastSeenAt"}}]}},{"kind":"Field","name":{"kind":"Name","value":"quality"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"completeness"}},{"kind":"Field","name":{"kind":"Name","value":"consistency"}},{"kind":"Field","name":{"kind":"Name","value":"issues"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"trait"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"channel"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"events"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"messageId"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"channel"}},{"kind":"Field","name":{"kind":"Name","value":"accountId"}},{"kind":"Field","name":{"kind":"Name","value":"trafficSource"}},{"kind":"Field","name":{"kind":"Name","value":"campaign"}},{"kind":"Field","name":{"kind":"Name","value":"touchpoint"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"initiative"}},{"kind":"Field","name":{"kind":"Name","value":"place"}},{"kind":"Field","name":{"kind":"Name","value":"valueClass"}}]}},{"kind":"Field","name":{"kind":"Name","value":"properties"}},{"kind":"Field","name":{"kind":"Name","value":"revenue"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"amount"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}}]}},{"kind":"Field","name":{"kind":"Name","value":"occurredAt"}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"withheld"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"reason"}}]}},{"kind":"Field","name":{"kind":"Name","value":"truncated"}},{"kind":"Field","name":{"kind":"Name","value":"mergedIds"}},{"kind":"Field","name":{"kind":"Name","value":"createdAt"}},{"kind":"Field","name":{"kind":"Name","value":"updatedAt"}},{"kind":"Field","name":{"kind":"Name","value":"firstSeenAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastSeenAt"}}]}}]}}]} as unknown as DocumentNode<Profile360Query, Profile360QueryVariables>;
export const ProfileAccountsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ProfileAccounts"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"channels"}},"type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Channel"}}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"50"}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"profile"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"channelAccounts"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"channels"},"value":{"kind":"Variable","name":{"kind":"Name","value":"channels"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"__typename"}},{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"channel"}},{"kind":"Field","name":{"kind":"Name","value":"externalId"}},{"kind":"Field","name":{"kind":"Name","value":"displayName"}},{"kind":"Field","name":{"kind":"Name","value":"identifiers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"linking"}}]}},{"kind":"Field","name":{"kind":"Name","value":"attributes"}},{"kind":"Field","name":{"kind":"Name","value":"firstSeenAt"}},{"kind":"Field","name":{"kind":"Name","value":"lastSeenAt"}}]}}]}}]}}]} as unknown as DocumentNode<ProfileAccountsQuery, ProfileAccountsQueryVariables>;
export const ProfileByIdentifierDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ProfileByIdentifier"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"identifier"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"IdentifierInput"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"profileByIdentifier"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"identifier"},"value":{"kind":"Variable","name":{"kind":"Name","value":"identifier"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"traits"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"phone"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"city"}}]}},{"kind":"Field","name":{"kind":"Name","value":"identifiers"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"namespace"}},{"kind":"Field","name":{"kind":"Name","value":"value"}}]}},{"kind":"Field","name":{"kind":"Name","value":"mergedIds"}},{"kind":"Field","name":{"kind":"Name","value":"lastSeenAt"}}]}}]}}]} as unknown as DocumentNode<ProfileByIdentifierQuery, ProfileByIdentifierQueryVariables>;
export const ProfileEventsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ProfileEvents"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"filter"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"EventFilter"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"20"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"profile"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"events"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"filter"},"value":{"kind":"Variable","name":{"kind":"Name","value":"filter"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"messageId"}},{"kind":"Field","name":{"kind":"Name","value":"type"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"channel"}},{"kind":"Field","name":{"kind":"Name","value":"properties"}},{"kind":"Field","name":{"kind":"Name","value":"occurredAt"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]}}]} as unknown as DocumentNode<ProfileEventsQuery, ProfileEventsQueryVariables>;
export const ProfileJourneyDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"ProfileJourney"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"id"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"range"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"DateRange"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"profile"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"id"},"value":{"kind":"Variable","name":{"kind":"Name","value":"id"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"journey"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"range"},"value":{"kind":"Variable","name":{"kind":"Name","value":"range"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"currentStage"}},{"kind":"Field","name":{"kind":"Name","value":"channels"}},{"kind":"Field","name":{"kind":"Name","value":"durationDays"}},{"kind":"Field","name":{"kind":"Name","value":"steps"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"stage"}},{"kind":"Field","name":{"kind":"Name","value":"event"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"channel"}},{"kind":"Field","name":{"kind":"Name","value":"occurredAt"}}]}}]}}]}}]}}]}}]} as unknown as DocumentNode<ProfileJourneyQuery, ProfileJourneyQueryVariables>;
export const QuarantinedItemsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"QuarantinedItems"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"code"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"first"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}},"defaultValue":{"kind":"IntValue","value":"20"}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"after"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"quarantinedItems"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"code"},"value":{"kind":"Variable","name":{"kind":"Name","value":"code"}}},{"kind":"Argument","name":{"kind":"Name","value":"first"},"value":{"kind":"Variable","name":{"kind":"Name","value":"first"}}},{"kind":"Argument","name":{"kind":"Name","value":"after"},"value":{"kind":"Variable","name":{"kind":"Name","value":"after"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"edges"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"cursor"}},{"kind":"Field","name":{"kind":"Name","value":"node"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"source"}},{"kind":"Field","name":{"kind":"Name","value":"code"}},{"kind":"Field","name":{"kind":"Name","value":"message"}},{"kind":"Field","name":{"kind":"Name","value":"path"}},{"kind":"Field","name":{"kind":"Name","value":"original"}},{"kind":"Field","name":{"kind":"Name","value":"receivedAt"}},{"kind":"Field","name":{"kind":"Name","value":"replayedAt"}}]}}]}},{"kind":"Field","name":{"kind":"Name","value":"pageInfo"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"hasNextPage"}},{"kind":"Field","name":{"kind":"Name","value":"endCursor"}}]}}]}}]}}]} as unknown as DocumentNode<QuarantinedItemsQuery, QuarantinedItemsQueryVariables>;
export const ReplayQuarantinedDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"ReplayQuarantined"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"ids"}},"type":{"kind":"NonNullType","type":{"kind":"ListType","type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"replayQuarantined"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"ids"},"value":{"kind":"Variable","name":{"kind":"Name","value":"ids"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"accepted"}},{"kind":"Field","name":{"kind":"Name","value":"duplicates"}},{"kind":"Field","name":{"kind":"Name","value":"stillRefused"}}]}}]}}]} as unknown as DocumentNode<ReplayQuarantinedMutation, ReplayQuarantinedMutationVariables>;
export const SetTraitDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"SetTrait"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"profileId"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"ID"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"trait"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"value"}},"type":{"kind":"NamedType","name":{"kind":"Name","value":"JSON"}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"reason"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"String"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"setTrait"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"profileId"},"value":{"kind":"Variable","name":{"kind":"Name","value":"profileId"}}},{"kind":"Argument","name":{"kind":"Name","value":"trait"},"value":{"kind":"Variable","name":{"kind":"Name","value":"trait"}}},{"kind":"Argument","name":{"kind":"Name","value":"value"},"value":{"kind":"Variable","name":{"kind":"Name","value":"value"}}},{"kind":"Argument","name":{"kind":"Name","value":"reason"},"value":{"kind":"Variable","name":{"kind":"Name","value":"reason"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"id"}},{"kind":"Field","name":{"kind":"Name","value":"version"}},{"kind":"Field","name":{"kind":"Name","value":"traits"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"name"}},{"kind":"Field","name":{"kind":"Name","value":"gender"}},{"kind":"Field","name":{"kind":"Name","value":"birthday"}},{"kind":"Field","name":{"kind":"Name","value":"phone"}},{"kind":"Field","name":{"kind":"Name","value":"email"}},{"kind":"Field","name":{"kind":"Name","value":"country"}},{"kind":"Field","name":{"kind":"Name","value":"province"}},{"kind":"Field","name":{"kind":"Name","value":"city"}},{"kind":"Field","name":{"kind":"Name","value":"address"}},{"kind":"Field","name":{"kind":"Name","value":"avatarUrl"}},{"kind":"Field","name":{"kind":"Name","value":"language"}},{"kind":"Field","name":{"kind":"Name","value":"custom"}}]}},{"kind":"Field","name":{"kind":"Name","value":"provenance"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"trait"}},{"kind":"Field","name":{"kind":"Name","value":"value"}},{"kind":"Field","name":{"kind":"Name","value":"channel"}},{"kind":"Field","name":{"kind":"Name","value":"rule"}}]}}]}}]}}]} as unknown as DocumentNode<SetTraitMutation, SetTraitMutationVariables>;
export const TenantSettingsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"TenantSettings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"tenantSettings"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"timeZone"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}},{"kind":"Field","name":{"kind":"Name","value":"settings"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]}}]} as unknown as DocumentNode<TenantSettingsQuery, TenantSettingsQueryVariables>;
export const UpdateTenantSettingsDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"mutation","name":{"kind":"Name","value":"UpdateTenantSettings"},"variableDefinitions":[{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"settings"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"JSONObject"}}}},{"kind":"VariableDefinition","variable":{"kind":"Variable","name":{"kind":"Name","value":"expectedVersion"}},"type":{"kind":"NonNullType","type":{"kind":"NamedType","name":{"kind":"Name","value":"Int"}}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"updateTenantSettings"},"arguments":[{"kind":"Argument","name":{"kind":"Name","value":"settings"},"value":{"kind":"Variable","name":{"kind":"Name","value":"settings"}}},{"kind":"Argument","name":{"kind":"Name","value":"expectedVersion"},"value":{"kind":"Variable","name":{"kind":"Name","value":"expectedVersion"}}}],"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"timeZone"}},{"kind":"Field","name":{"kind":"Name","value":"currency"}},{"kind":"Field","name":{"kind":"Name","value":"settings"}},{"kind":"Field","name":{"kind":"Name","value":"version"}}]}}]}}]} as unknown as DocumentNode<UpdateTenantSettingsMutation, UpdateTenantSettingsMutationVariables>;
export const ViewerDocument = {"kind":"Document","definitions":[{"kind":"OperationDefinition","operation":"query","name":{"kind":"Name","value":"Viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"viewer"},"selectionSet":{"kind":"SelectionSet","selections":[{"kind":"Field","name":{"kind":"Name","value":"subject"}},{"kind":"Field","name":{"kind":"Name","value":"tenantId"}},{"kind":"Field","name":{"kind":"Name","value":"roles"}},{"kind":"Field","name":{"kind":"Name","value":"permissions"}},{"kind":"Field","name":{"kind":"Name","value":"purposes"}}]}}]}}]} as unknown as DocumentNode<ViewerQuery, ViewerQueryVariables>;