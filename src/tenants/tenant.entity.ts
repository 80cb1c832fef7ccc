import { Int, ObjectType } from 'type-graphql';
import type { TenantPolicy } from '../access/tenant-policy.js';
import type { IdentifierRule } from '../channels/identifier-limits.rules.js';
import type { IdentifierType } from '../channels/identifier-type.js';
import type { ContactChoices } from '../contacts/contact-care.js';
import type { TrafficChoices } from '../events/traffic-tables.js';
import type { LifecycleChoices } from '../lifecycle/lifecycle-settings.js';
import type { LoyaltyChoices } from '../loyalty/programme.js';
import { Attribute, Collection } from '../platform/entity.js';
import { DateTime, JSONObject } from '../platform/scalars.js';
import type { SuiteName } from '../platform/suites/suite.js';
import type { ConsentPurpose } from '../privacy/consent-purpose.js';
import type { RetentionSettings } from '../retention/retention-settings.js';
import type { RfmChoices } from '../rfm/rfm-settings.js';
import { TenantStatus } from './tenant-status.js';

/** What a tenant decides; every key has a default, so that an empty object is a valid choice. */
export interface Settings {
  readonly timeZone: string;
  /** ISO 4217. */
  readonly currency: string;
  /** ISO 3166 alpha-2: the region a phone without a country code belongs to. */
  readonly defaultRegion: string;
  /** The traits `Profile.quality` asks for. */
  readonly requiredTraits: readonly string[];
  /** By channel, 0 to 100: the higher wins where channels disagree. */
  readonly sourcePriorities: Readonly<Record<string, number>>;
  /** Identifier values, besides the built-in ones, that never link anyone; in one with `*`, that is any run of characters. */
  readonly blockedIdentifiers: readonly string[];
  /** By identifier type: how strongly it binds and how many values one person may have. What is not given is by default. */
  readonly identifierRules: Readonly<Partial<Record<IdentifierType, Partial<IdentifierRule>>>>;
  /** How many people may share a value that links: what more of them hold links nobody. */
  readonly sharedByMost: number;
  /** The version of the learned model by which accounts that are alike are found; null: none, only identifiers link. */
  readonly matchModel: number | null;
  /** Probabilities: from `link` on two that are alike are one person, from `review` on a person is to look at them. */
  readonly matchThresholds: { readonly link: number; readonly review: number };
  /** The algorithms by which what is new is sealed; what is stored opens by those it was sealed by. */
  readonly suite: SuiteName;
  /** Whether values of class IMPORTANT are sealed in storage as CORE ones are. */
  readonly sealImportant: boolean;
  /** Purposes that hold for people who were never asked about them; a purpose that is not given does not. */
  readonly consentDefaults: Readonly<Partial<Record<ConsentPurpose, boolean>>>;
  /** Whether API tokens run the documents that are registered for them alone. */
  readonly trustedDocumentsOnly: boolean;
  /** Epsilon a month for all private statistics of the tenant, and for those of one caller. */
  readonly privacyBudget: { readonly tenant: number; readonly caller: number };
  /** Cells of a breakdown with fewer people are left out for who may not read everything in clear. */
  readonly smallestCell: number;
  /** What is added to the tables by which it is told what brought a customer to an event. */
  readonly trafficSources: TrafficChoices;
  /** The loyalty programme; null: none yet. */
  readonly loyalty: LoyaltyChoices | null;
  /** How customers move from stage to stage. */
  readonly lifecycle: LifecycleChoices;
  /** What counts as an order, and the tiers that recency, frequency and monetary value make. */
  readonly rfm: RfmChoices;
  /** For how long what is stored is kept; what is not named is kept until it is erased. */
  readonly retention: RetentionSettings;
  /** How often, when and where customers may be contacted. */
  readonly contactCare: ContactChoices;
}

/** One of a tenant's keys, wrapped under a master key. */
export interface TenantKeyRecord {
  readonly kind: 'data' | 'index' | 'id';
  /** Counts the keys of a kind. */
  readonly id: number;
  /** Of keys that make tokens: the suite they began with and keep. */
  readonly suite: SuiteName;
  readonly wrapped: Buffer;
  readonly createdAt: Date;
  /** Of a data key that another replaced, or a version of the index key under which nothing is stored any more: when. */
  readonly until?: Date;
}

/** A tenant's keys, as they are stored. */
export interface StoredKeys {
  readonly keys: readonly TenantKeyRecord[];
  /** The id of the data key under which what is new is sealed. */
  readonly dataKey: number;
  /** The version of the index key under which tokens are written. */
  readonly indexKey: number;
  /** The oldest version under which tokens may be stored that are looked for. */
  readonly indexFrom: number;
}

/** One tenant: its wrapped keys and its settings. Known before any tenant is, so filed under `platform:`. */
@Collection({ collection: 'tenants' })
@ObjectType({
  simpleResolvers: true,
  description: 'A company on this platform, with data, keys and people of its own.',
})
export class Tenant {
  @Attribute(() => String, { hidden: true })
  _id!: string;

  @Attribute(() => String, { description: 'The id that tokens name it by, as `demo`.' })
  tenantId!: string;

  @Attribute(() => TenantStatus)
  status!: TenantStatus;

  @Attribute(() => String, { nullable: true, description: 'Why it is not served, in the words of whoever decided so.' })
  reason!: string | null;

  @Attribute(() => DateTime, {
    nullable: true,
    description: 'Since when it has this status; null where it always had.',
  })
  statusAt!: Date | null;

  @Attribute(() => String, { hidden: true, description: 'The job that deletes it.' })
  removalId?: string;

  @Attribute(() => String, { hidden: true, description: 'The job that exports it, or did last.' })
  exportId?: string;

  @Attribute(() => JSONObject, { nullable: true, description: 'Once deleted: how many documents were, by collection.' })
  removed!: Record<string, number> | null;

  @Attribute(() => Object, { hidden: true, description: 'Its keys, wrapped under a master key.' })
  keys?: readonly TenantKeyRecord[];

  @Attribute(() => Int, { hidden: true, description: 'The id of the data key under which what is new is sealed.' })
  dataKey?: number;

  @Attribute(() => Int, { hidden: true, description: 'The version of the index key under which tokens are written.' })
  indexKey?: number;

  @Attribute(() => Int, {
    hidden: true,
    description: 'The oldest version of the index key under which tokens may be stored that are looked for.',
  })
  indexFrom?: number;

  @Attribute(() => Int, { hidden: true, description: 'Grows with each change of its keys.' })
  keysVersion?: number;

  @Attribute(() => Object, { hidden: true, description: 'In place of `keys`, where an earlier version stored it.' })
  wrappedKeys?: { data: Buffer; index: Buffer; id: Buffer };

  @Attribute(() => Object, { hidden: true })
  settings!: Partial<Settings>;

  @Attribute(() => Int, { hidden: true })
  version!: number;

  @Attribute(() => Object, { hidden: true, description: 'What it has decided of who may do what.' })
  policy?: TenantPolicy;

  @Attribute(() => Int, { hidden: true, description: 'Grows with each change of its policy.' })
  policyVersion?: number;

  @Attribute(() => DateTime)
  createdAt!: Date;

  @Attribute(() => Date, { hidden: true, description: 'Of the demo tenant: when it was filled to the end.' })
  seededAt?: Date;
}

/** The settings of a tenant, as the API shows them. */
@ObjectType({
  simpleResolvers: true,
  description:
    'What a tenant decides: required traits, source priorities, identifier limits, blocked values, tiers, caps, quiet hours, thresholds, suites.',
})
export class TenantSettings {
  @Attribute(() => String, { derived: true, description: 'An IANA time zone; days are days of this zone.' })
  timeZone!: string;

  @Attribute(() => String, { derived: true, description: 'ISO 4217: the base currency.' })
  currency!: string;

  @Attribute(() => JSONObject, { derived: true, description: 'Every setting with its value or its default.' })
  settings!: Settings;

  @Attribute(() => Int, { derived: true, description: 'Grows with each change; give it back as expectedVersion.' })
  version!: number;
}
