import { deserialize } from 'node:v8';
import type { RecentEvent } from '../../src/events/recent-event.js';
import type { ProfileState } from '../../src/profiles/profile-state.js';

/** Of an event that two bring at the same moment, either may be stored: only the time it arrived tells them apart. */
function eventEssence({ id, occurredAt, copy, core, important }: RecentEvent) {
  const { receivedAt, ...event } = copy.length > 0 ? deserialize(copy) : { receivedAt: null };
  return { id, occurredAt, event, core: core ?? null, important: important ?? null };
}

/** All of a profile but its id and what tells how it came about. */
export function essenceOf(state: ProfileState) {
  const { traits, provenance, quality, identifiers, truncated, accountsLeftOut } = state;
  const { firstSeenAt, lastSeenAt, accounts, recentEvents, manualTraits, consents, limits } = state;
  const said = { traits, provenance, quality, identifiers, truncated, accountsLeftOut };
  const facts = { manualTraits, consents, limits };
  return { ...said, firstSeenAt, lastSeenAt, accounts, recentEvents: recentEvents.map(eventEssence), ...facts };
}
