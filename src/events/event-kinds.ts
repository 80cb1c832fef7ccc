/** The kinds of event of Segment's specification. */
export enum EventType {
  TRACK = 'TRACK',
  IDENTIFY = 'IDENTIFY',
  PAGE = 'PAGE',
  SCREEN = 'SCREEN',
  GROUP = 'GROUP',
  ALIAS = 'ALIAS',
}

/** What brought the customer to an event. */
export enum TrafficSource {
  NATURAL = 'NATURAL',
  PAID = 'PAID',
  SOCIAL = 'SOCIAL',
  SEARCH = 'SEARCH',
  CONTENT = 'CONTENT',
  OFFLINE = 'OFFLINE',
  PARTNER = 'PARTNER',
  WORD_OF_MOUTH = 'WORD_OF_MOUTH',
  DIRECT = 'DIRECT',
}

/** Whether the customer came, or was reached. */
export enum TouchpointInitiative {
  ACTIVE = 'ACTIVE',
  PASSIVE = 'PASSIVE',
}

/** Where a touch took place. */
export enum TouchpointPlace {
  ONLINE = 'ONLINE',
  OFFLINE = 'OFFLINE',
}

/** How much a touch tells of the wish to buy. */
export enum TouchpointValue {
  HIGH = 'HIGH',
  MEDIUM = 'MEDIUM',
  LOW = 'LOW',
}
