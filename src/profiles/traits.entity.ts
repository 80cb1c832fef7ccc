import { Float, ID, ObjectType, registerEnumType } from 'type-graphql';
import { Channel } from '../channels/channel.js';
import { customTraitProtection } from '../channels/personal-names.js';
import { type AttributeSpec, isStandardTrait, STANDARD_TRAITS } from '../channels/trait-catalogue.js';
import { Attribute, type AttributeOptions, type ProtectionOf } from '../platform/entity.js';
import { DateTime, JSONObject } from '../platform/scalars.js';

export enum Gender {
  FEMALE = 'FEMALE',
  MALE = 'MALE',
  OTHER = 'OTHER',
  UNKNOWN = 'UNKNOWN',
}
registerEnumType(Gender, { name: 'Gender', description: 'Gender, as far as the channels tell it.' });

function standard(trait: keyof typeof STANDARD_TRAITS): AttributeOptions {
  const spec: { description: string; protection?: { sensitivity: 'CORE' | 'IMPORTANT' | 'GENERAL'; mask: 'hidden' } } =
    STANDARD_TRAITS[trait] as never;
  return { nullable: true, description: spec.description, ...spec.protection };
}

/** The data class of a trait's value, whatever concept holds it: `owner.trait` names the trait. */
const protectByTrait: ProtectionOf = ({ trait, value }) => {
  const name = String(trait);
  if (!isStandardTrait(name)) return customTraitProtection(name, value);
  const spec: AttributeSpec = STANDARD_TRAITS[name];
  return spec.protection;
};

const protectCustomTrait: ProtectionOf = (owner, key) =>
  customTraitProtection(key, (owner.custom as Record<string, unknown>)[key]);

/** The golden record: one value per trait. */
@ObjectType({
  simpleResolvers: true,
  description: 'The golden record: one value per trait, chosen over the channels by the survivorship rules.',
})
export class ProfileTraits {
  @Attribute(() => String, standard('name'))
  name!: string | null;

  @Attribute(() => Gender, standard('gender'))
  gender!: Gender | null;

  @Attribute(() => String, { ...standard('birthday'), description: 'ISO date; masked parts are asterisks.' })
  birthday!: string | null;

  @Attribute(() => String, standard('phone'))
  phone!: string | null;

  @Attribute(() => String, standard('email'))
  email!: string | null;

  @Attribute(() => String, standard('country'))
  country!: string | null;

  @Attribute(() => String, standard('province'))
  province!: string | null;

  @Attribute(() => String, standard('city'))
  city!: string | null;

  @Attribute(() => String, standard('address'))
  address!: string | null;

  @Attribute(() => String, standard('avatarUrl'))
  avatarUrl!: string | null;

  @Attribute(() => String, standard('language'))
  language!: string | null;

  @Attribute(() => JSONObject, {
    description: 'Traits beyond the standard ones, at most 200 or 32 kB.',
    protection: protectCustomTrait,
  })
  custom!: Record<string, unknown>;
}

/** A value that lost against the chosen one. */
@ObjectType({ simpleResolvers: true, description: 'A value that lost against the chosen one.' })
export class TraitAlternative {
  @Attribute(() => String, { hidden: true })
  trait!: string;

  @Attribute(() => String, { nullable: true, protection: protectByTrait })
  value!: string | null;

  @Attribute(() => Channel)
  channel!: Channel;

  @Attribute(() => ID)
  accountId!: string;

  @Attribute(() => DateTime)
  observedAt!: Date;
}

/** Where one trait's value came from, and which values lost. */
@ObjectType({ simpleResolvers: true, description: "Where one trait's value came from, and which values lost." })
export class TraitProvenance {
  @Attribute(() => String)
  trait!: string;

  @Attribute(() => String, { nullable: true, protection: protectByTrait })
  value!: string | null;

  @Attribute(() => Channel)
  channel!: Channel;

  @Attribute(() => ID)
  accountId!: string;

  @Attribute(() => DateTime)
  observedAt!: Date;

  @Attribute(() => String, { description: 'What decided: MANUAL, SOURCE_PRIORITY, RECENCY or FREQUENCY.' })
  rule!: 'MANUAL' | 'SOURCE_PRIORITY' | 'RECENCY' | 'FREQUENCY';

  @Attribute(() => [TraitAlternative], { description: 'At most five, the strongest first.' })
  alternatives!: TraitAlternative[];
}

/** A value that a person set: it survives folding, and belongs to an account so that it follows that account. */
export class ManualTrait {
  @Attribute(() => String, { hidden: true })
  trait!: string;

  @Attribute(() => Object, { hidden: true, protection: protectByTrait })
  value!: unknown;

  @Attribute(() => String, { hidden: true })
  accountId!: string;

  @Attribute(() => Date, { hidden: true })
  at!: Date;
}

/** One fault of a profile's data. */
@ObjectType({ simpleResolvers: true, description: "One fault of a profile's data." })
export class QualityIssue {
  @Attribute(() => String)
  trait!: string;

  @Attribute(() => String, { description: 'MISSING, INVALID or INCONSISTENT.' })
  code!: string;

  @Attribute(() => String)
  message!: string;

  @Attribute(() => Channel, { nullable: true })
  channel!: Channel | null;
}

/** How complete and how consistent a profile is. */
@ObjectType({ simpleResolvers: true, description: 'How complete and how consistent a profile is.' })
export class ProfileQuality {
  @Attribute(() => Float, { description: "Share of the tenant's required traits that have a value, 0 to 1." })
  completeness!: number;

  @Attribute(() => Float, { description: 'Share of traits whose channel values agree after normalisation, 0 to 1.' })
  consistency!: number;

  @Attribute(() => [QualityIssue])
  issues!: QualityIssue[];
}
