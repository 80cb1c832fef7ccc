import { CatalogueService } from '../catalogue/catalogue.service.js';
import { ObservedNameStore } from '../catalogue/observed-name.store.js';
import type { EventStore } from '../events/event.store.js';
import type { EventOpeningService } from '../events/event-opening.service.js';
import type { JobService } from '../jobs/job.service.js';
import type { ChangeLog } from '../platform/changes.js';
import type { Database } from '../platform/database.js';
import type { ProfileService } from '../profiles/profile.service.js';
import type { ProfileStore } from '../profiles/profile.store.js';
import type { SlotStore } from '../profiles/slot.store.js';
import { SegmentService } from '../segments/segment.service.js';
import { SegmentStore } from '../segments/segment.store.js';
import { SegmentEditingService } from '../segments/segment-editing.service.js';
import { DueService } from './due.service.js';
import { EvaluationService } from './evaluation.service.js';
import { ListedMemberStore } from './listed-member.store.js';
import { MembershipService } from './membership.service.js';
import { MembershipChangeStore } from './membership-change.store.js';
import { MembershipReactionService } from './membership-reaction.service.js';
import { RulePeopleService } from './rule-people.service.js';
import { RuledListService } from './ruled-list.service.js';
import { SegmentEvaluationService } from './segment-evaluation.service.js';
import { SegmentInsightService } from './segment-insight.service.js';
import { SegmentListService } from './segment-list.service.js';
import { SizeHistoryService } from './size-history.service.js';
import { StandingStore } from './standing.store.js';
import { SubjectService } from './subject.service.js';

/** What segments need of the rest. */
export interface SegmentParts {
  readonly database: Database;
  readonly profileStore: ProfileStore;
  readonly profiles: ProfileService;
  readonly slots: SlotStore;
  readonly events: EventStore;
  readonly openings: EventOpeningService;
  readonly changes: ChangeLog;
}

/** The stores of what is kept of people's memberships. */
export interface MembershipStores {
  readonly standings: StandingStore;
  readonly memberships: MembershipChangeStore;
  readonly lists: ListedMemberStore;
}

export function membershipStores(database: Database): MembershipStores {
  return {
    standings: new StandingStore(database),
    memberships: new MembershipChangeStore(database),
    lists: new ListedMemberStore(database),
  };
}

/** Wires what evaluates segments: the job that does it in bulk among it. */
export function createEvaluation(parts: SegmentParts, { standings, memberships: stream, lists }: MembershipStores) {
  const { database, profileStore, slots, events, openings, changes } = parts;
  const store = new SegmentStore(database);
  const segments = new SegmentService(store);
  const catalogue = new CatalogueService(new ObservedNameStore(database));
  const subjects = new SubjectService(profileStore, events, openings, lists);
  const evaluation = new EvaluationService(segments, profileStore, subjects, standings, stream, changes);
  return {
    store,
    segments,
    catalogue,
    subjects,
    reaction: new MembershipReactionService(segments, evaluation, openings, catalogue, profileStore, slots),
    due: new DueService(standings, evaluation),
    job: new SegmentEvaluationService(segments, evaluation, standings, lists, slots),
    sizeHistories: new SizeHistoryService(standings, stream),
    memberships: new MembershipService(segments, standings, stream, parts.profiles),
  };
}

/** Wires what defines segments and tells of them, once jobs can be started. */
export function createSegments(
  { profileStore, profiles, slots, changes }: SegmentParts,
  { lists }: MembershipStores,
  { store, segments, catalogue, subjects, job }: ReturnType<typeof createEvaluation>,
  jobs: JobService,
) {
  const editing = new SegmentEditingService(store, segments, catalogue, jobs, job);
  const people = new RulePeopleService(segments, editing, subjects, profileStore);
  return {
    segments,
    rulePeople: people,
    profileLists: new RuledListService(profiles, profileStore, people),
    segmentEditing: editing,
    segmentLists: new SegmentListService(segments, editing, lists, profileStore, changes),
    segmentInsight: new SegmentInsightService(segments, people, subjects, profileStore, slots, profiles),
  };
}
