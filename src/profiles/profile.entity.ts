import { ID, Int, ObjectType, registerEnumType } from 'type-graphql';
import { ChannelAccount } from '../channels/channel-account.entity.js';
import { Identifier } from '../channels/identifier.entity.js';
import type { CustomerNote } from '../customers/customer-note.js';
import { RecentEvent } from '../events/recent-event.js';
import { Attribute, Collection } from '../platform/entity.js';
import { Node, registerNode } from '../platform/node.js';
import { DateTime } from '../platform/scalars.js';
import type { ConsentFacts } from '../privacy/consent-fact.js';
import type { LimitFacts, LimitKind } from '../privacy/processing-limit.rules.js';
import type { NotedTag } from './standing-note.js';
import { ManualTrait, ProfileQuality, ProfileTraits, TraitProvenance } from './traits.entity.js';

export enum WithheldReason {
  ROLE = 'ROLE',
  PURPOSE = 'PURPOSE',
  CONSENT = 'CONSENT',
  RESTRICTED = 'RESTRICTED',
}
registerEnumType(WithheldReason, { name: 'WithheldReason', description: 'Why a value is not shown.' });

/** A field that is not shown to this caller, and why. */
@ObjectType({ simpleResolvers: true, description: 'A field that is not shown to this caller, and why.' })
export class Withheld {
  @Attribute(() => String, { derived: true, description: 'As `traits.phone`.' })
  path!: string;

  @Attribute(() => WithheldReason, { derived: true })
  reason!: WithheldReason;
}

/**
 * A copy of an account inside the profile, so that one read answers a 360 view. `partial` where the account is larger
 * than 1 kB: then it holds the standard traits alone, and the whole is read from its collection.
 */
export class AccountSnapshot extends (ChannelAccount as unknown as new () => ChannelAccount) {
  @Attribute(() => Boolean, { hidden: true })
  partial!: boolean;
}

/**
 * A person, seen over all channels. The document is a cache of the fold over its accounts, their links and the facts
 * people made: it can be made again from them at any time.
 *
 * A profile is founded by an account, and its id is that account's with another prefix. When profiles merge, the lesser
 * becomes a redirect: `mergedInto` leads towards the survivor, and only the survivor has a `version`.
 */
@Collection({
  collection: 'profiles',
  indexes: [
    { keys: { tenantId: 1, lastSeenAt: -1, _id: -1 } },
    { keys: { tenantId: 1, createdAt: -1, _id: -1 } },
    { keys: { tenantId: 1, searchTokens: 1 } },
    { keys: { tenantId: 1, 'customer.dueAt': 1 } },
    { keys: { tenantId: 1, mergedInto: 1, _id: 1 }, options: { sparse: true } },
  ],
})
@ObjectType({ implements: Node, simpleResolvers: true, description: 'A person, seen over all channels.' })
export class Profile extends Node {
  @Attribute(() => Int, { description: 'Grows with each change; a client drops what is older than it has.' })
  version!: number;

  @Attribute(() => ProfileTraits, { description: 'The golden record.' })
  traits!: ProfileTraits;

  @Attribute(() => [TraitProvenance], { packed: true, description: 'Why each trait has its value.' })
  provenance!: TraitProvenance[];

  @Attribute(() => [Identifier], { packed: true, description: 'At most 200, newest first.' })
  identifiers!: Identifier[];

  @Attribute(() => Boolean, {
    description:
      'True where the profile holds more accounts, identifiers, tags or segments than its bounded copy shows.',
  })
  truncated!: boolean;

  @Attribute(() => [Withheld], { derived: true, description: 'What this caller may not see, and why.' })
  withheld!: Withheld[];

  @Attribute(() => ProfileQuality, { nullable: true, packed: true })
  quality!: ProfileQuality | null;

  @Attribute(() => [ID], { description: 'Earlier ids that now lead here, at most 200.' })
  mergedIds!: string[];

  @Attribute(() => DateTime)
  createdAt!: Date;

  @Attribute(() => DateTime)
  updatedAt!: Date;

  @Attribute(() => DateTime)
  firstSeenAt!: Date;

  @Attribute(() => DateTime)
  lastSeenAt!: Date;

  @Attribute(() => [AccountSnapshot], { hidden: true, packed: true, description: 'The 64 accounts seen last.' })
  accounts!: AccountSnapshot[];

  @Attribute(() => Boolean, { hidden: true, description: 'Whether accounts lead here that are not among the copies.' })
  accountsLeftOut!: boolean;

  @Attribute(() => [RecentEvent], { hidden: true, packed: true, description: 'The newest 20 events.' })
  recentEvents!: RecentEvent[];

  @Attribute(() => [ManualTrait], { hidden: true, packed: true })
  manualTraits!: ManualTrait[];

  @Attribute(() => Object, { hidden: true, packed: true, description: 'What the customer said of each purpose.' })
  consents!: ConsentFacts;

  @Attribute(() => Object, { hidden: true, packed: true, description: 'What the data must not be used for.' })
  limits!: LimitFacts;

  @Attribute(() => [String], { hidden: true, description: 'Of the limits those that hold, for lists to ask.' })
  limitKinds!: LimitKind[];

  @Attribute(() => Object, { hidden: true, description: 'When each purpose granted runs out; by partner, too.' })
  consentedUntil!: Record<string, Date>;

  @Attribute(() => [String], { hidden: true, description: 'Purposes and partners for which no default stands in.' })
  consentAsked!: string[];

  @Attribute(() => [String], {
    hidden: true,
    description: 'Traits whose sealed values show nothing at all: as `city`, `custom.contact`.',
  })
  hiddenTraits!: string[];

  @Attribute(() => [String], { hidden: true, description: 'Blinded values the profile is found by.' })
  searchTokens!: string[];

  @Attribute(() => [String], { hidden: true, description: 'The segments it is in, a moment behind its standing.' })
  segmentIds?: string[];

  @Attribute(() => Object, { hidden: true, description: 'By segment: since when.' })
  segmentsSince?: Record<string, Date>;

  @Attribute(() => [String], { hidden: true, description: 'The keys of the tags it carries, as segmentIds.' })
  tagKeys?: string[];

  @Attribute(() => [Object], { hidden: true, description: 'How it came by its tags: of the 200 it came by last.' })
  tagNotes?: NotedTag[];

  @Attribute(() => Number, { hidden: true, description: 'The revision of the standing that these were noted from.' })
  segmentsNoted?: number;

  @Attribute(() => Object, { hidden: true, description: 'Where the customer stands: stage, activity, scores.' })
  customer?: CustomerNote;

  @Attribute(() => [String], {
    hidden: true,
    description: 'Profiles whose accounts this one has taken in and that do not yet redirect here.',
  })
  absorbing!: string[];

  @Attribute(() => [String], {
    hidden: true,
    description:
      'Parts that are being led out of it: the ids of their accounts, joined by commas. Nothing, where it is only to be derived anew.',
  })
  parting!: string[];

  @Attribute(() => Boolean, { hidden: true, description: 'Whether accounts have ever left it, or what it took in.' })
  parted!: boolean;

  @Attribute(() => String, { hidden: true, description: 'Of a redirect: the profile it leads towards.' })
  mergedInto?: string;

  @Attribute(() => String, { hidden: true, description: 'Of a redirect: the life of the profile it was led to.' })
  intoLife?: string | null;

  @Attribute(() => String, {
    hidden: true,
    description: 'Of a profile that has been parted from another: the token of this life.',
  })
  life?: string;

  @Attribute(() => Boolean, { hidden: true, description: 'Of a redirect: whether it was a profile of its own before.' })
  wasProfile?: boolean;

  @Attribute(() => Date, {
    hidden: true,
    description:
      'Of a tombstone: when the person was erased. It keeps the slot, so that nobody founds a profile there.',
  })
  erasedAt?: Date;

  @Attribute(() => Number, {
    hidden: true,
    description:
      'Of two that merge, the one with the lower seniority (then id) survives; it never grows. A redirect keeps it.',
  })
  seniority!: number;

  @Attribute(() => String, { hidden: true })
  tenantId!: string;

  @Attribute(() => String, { hidden: true, description: 'The token of the last write: a compare-and-set compares it.' })
  revision!: string;

  @Attribute(() => Buffer, { hidden: true, description: "The profile's data key, wrapped." })
  key!: Buffer;

  @Attribute(() => Object, { hidden: true, description: 'One sealed blob a data class.' })
  sealed!: Partial<Record<'CORE' | 'IMPORTANT', Buffer>>;
}
registerNode('prf', () => 'Profile');
