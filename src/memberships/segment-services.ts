import { CatalogueService } from '../catalogue/catalogue.service.js';
import { ObservedNameStore } from '../catalogue/observed-name.store.js';
import type { CustomerCourseService } from '../customers/customer-course.service.js';
import type { EventStore } from '../events/event.store.js';
import type { EventOpeningService } from '../events/event-opening.service.js';
import type { JobService } from '../jobs/job.service.js';
import type { ChangeLog } from '../platform/changes.js';
import type { Database } from '../platform/database.js';
import type { OwnAccountsService } from '../profiles/own-accounts.service.js';
import type { ProfileService } from '../profiles/profile.service.js';
import type { ProfileStore } from '../profiles/profile.store.js';
import type { SlotStore } from '../profiles/slot.store.js';
import { SegmentService } from '../segments/segment.service.js';
import { SegmentStore } from '../segments/segment.store.js';
import { SegmentEditingService } from '../segments/segment-editing.service.js';
import { TagService } from '../tags/tag.service.js';
import { TagAssignmentStore } from '../tags/tag-assignment.store.js';
import { TagDefinitionStore } from '../tags/tag-definition.store.js';
import { TagEditingService } from '../tags/tag-editing.service.js';
import { TaggingService } from '../tags/tagging.service.js';
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
import { TierMembershipService } from './tier-membership.service.js';

/** What segments need of the rest. */
export interface SegmentParts {
  readonly database: Database;
  readonly profileStore: ProfileStore;
  readonly profiles: ProfileService;
  readonly slots: SlotStore;
  readonly events: EventStore;
  readonly openings: EventOpeningService;
  readonly changes: ChangeLog;
  readonly accounts: OwnAccountsService;
  readonly courses: CustomerCourseService;
}

/** The stores of what is kept of people's memberships. */
export interface MembershipStores {
  readonly standings: StandingStore;
  readonly memberships: MembershipChangeStore;
  readonly lists: ListedMemberStore;
  readonly tagAssignments: TagAssignmentStore;
}

export function membershipStores(database: Database): MembershipStores {
  return {
    standings: new StandingStore(database),
    memberships: new MembershipChangeStore(database),
    lists: new ListedMemberStore(database),
    tagAssignments: new TagAssignmentStore(database),
  };
}

/** Wires what evaluates segments and tags: the job that does it in bulk among it. */
export function createEvaluation(
  parts: SegmentParts,
  { standings, memberships: stream, lists, tagAssignments }: MembershipStores,
) {
  const { database, profileStore, slots, events, openings, changes } = parts;
  const store = new SegmentStore(database);
  const tags = new TagDefinitionStore(database);
  const segments = new SegmentService(store, tags);
  const catalogue = new CatalogueService(new ObservedNameStore(database));
  const subjects = new SubjectService(parts.accounts, events, openings, lists, tagAssignments, parts.courses);
  const evaluation = new EvaluationService(segments, profileStore, subjects, standings, stream, changes);
  return {
    store,
    tags,
    segments,
    catalogue,
    subjects,
    reaction: new MembershipReactionService(segments, evaluation, openings, catalogue, profileStore, slots),
    due: new DueService(standings, evaluation),
    tiers: new TierMembershipService(segments, evaluation),
    job: new SegmentEvaluationService(segments, evaluation, standings, lists, tagAssignments, slots),
    sizeHistories: new SizeHistoryService(standings, stream),
    memberships: new MembershipService(segments, standings, stream, parts.profiles),
  };
}

/** Wires what defines segments and tags and tells of them, once jobs can be started. */
export function createSegments(
  { profileStore, profiles, slots, accounts, changes }: SegmentParts,
  { lists, tagAssignments }: MembershipStores,
  { store, tags, segments, catalogue, subjects, job }: ReturnType<typeof createEvaluation>,
  jobs: JobService,
) {
  const editing = new SegmentEditingService(store, segments, catalogue, jobs, job);
  const tagCatalogue = new TagService(tags, tagAssignments, segments, profileStore, accounts);
  const people = new RulePeopleService(segments, editing, subjects, profileStore);
  return {
    segments,
    tags: tagCatalogue,
    tagEditing: new TagEditingService(tags, tagAssignments, tagCatalogue, segments, editing, jobs, job),
    tagging: new TaggingService(tags, tagCatalogue, tagAssignments, profileStore, accounts, changes),
    rulePeople: people,
    profileLists: new RuledListService(profiles, profileStore, people),
    segmentEditing: editing,
    segmentLists: new SegmentListService(segments, editing, lists, profileStore, changes),
    segmentInsight: new SegmentInsightService(segments, people, subjects, profileStore, slots, profiles),
  };
}
