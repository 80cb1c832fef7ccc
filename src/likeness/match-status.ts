import { registerEnumType } from 'type-graphql';

/** What became of a proposed match. */
export enum MatchStatus {
  PENDING = 'PENDING',
  ACCEPTED = 'ACCEPTED',
  REJECTED = 'REJECTED',
  SUPERSEDED = 'SUPERSEDED',
}

registerEnumType(MatchStatus, {
  name: 'MatchStatus',
  description: 'What became of a proposed match.',
  valuesConfig: {
    PENDING: { description: 'Waits for someone to decide.' },
    ACCEPTED: { description: 'They are one person.' },
    REJECTED: { description: 'They are not one person.' },
    SUPERSEDED: { description: 'The two came together, or changed, before anyone decided.' },
  },
});
