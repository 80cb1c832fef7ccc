import type { EventStore } from '../events/event.store.js';
import type { EventOpeningService } from '../events/event-opening.service.js';
import { EventOutlineStore } from '../events/event-outline.store.js';
import type { ChangeLog } from '../platform/changes.js';
import type { Database } from '../platform/database.js';
import { CustomerNoteStore } from '../profiles/customer-note.store.js';
import { OwnAccountsService } from '../profiles/own-accounts.service.js';
import type { ProfileStore } from '../profiles/profile.store.js';
import type { SlotStore } from '../profiles/slot.store.js';
import { RfmVersionService } from '../rfm/rfm-version.service.js';
import { RfmVersionStore } from '../rfm/rfm-version.store.js';
import { CustomerCourseService } from './customer-course.service.js';
import { CustomerDueService } from './customer-due.service.js';
import { CustomerFactsService } from './customer-facts.service.js';
import { CustomerNoteService } from './customer-note.service.js';
import { CustomerReactionService } from './customer-reaction.service.js';
import { CustomerViewService } from './customer-view.service.js';
import { type FollowTiers, ScoringService } from './scoring.service.js';

/** What stages and scores need of the rest. */
export interface CustomerParts {
  readonly database: Database;
  readonly profileStore: ProfileStore;
  readonly slots: SlotStore;
  readonly events: EventStore;
  readonly openings: EventOpeningService;
  readonly changes: ChangeLog;
}

/** Wires what tells where customers stand, and keeps it up to date. */
export function createCustomers({ database, profileStore, slots, events, openings, changes }: CustomerParts) {
  const accounts = new OwnAccountsService(profileStore);
  const facts = new CustomerFactsService(accounts, events, new EventOutlineStore(database), openings);
  const versions = new RfmVersionService(new RfmVersionStore(database));
  const courses = new CustomerCourseService(facts, versions);
  const noteStore = new CustomerNoteStore(database);
  const notes = new CustomerNoteService(profileStore, noteStore, courses, changes);
  return {
    accounts,
    courses,
    versions,
    customerViews: new CustomerViewService(profileStore, facts),
    reaction: new CustomerReactionService(notes, events, slots),
    due: new CustomerDueService(noteStore, notes),
    scoringBy: (follow: FollowTiers) =>
      new ScoringService({ slots, profiles: profileStore, facts, versions, notes, follow }),
  };
}
