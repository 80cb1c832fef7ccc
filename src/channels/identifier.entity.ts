import { Field, InputType, ObjectType, registerEnumType } from 'type-graphql';
import { Attribute, type Protection } from '../platform/entity.js';
import { holdsPersonalData } from '../platform/personal-data.rules.js';
import { DateTime } from '../platform/scalars.js';
import { Channel } from './channel.js';
import { IdentifierType } from './identifier-type.js';

registerEnumType(IdentifierType, { name: 'IdentifierType', description: 'What an identifier identifies a person by.' });

const CORE_IDENTIFIER: Protection = { sensitivity: 'CORE', mask: 'identifier' };
const IMPORTANT_IDENTIFIER: Protection = { sensitivity: 'IMPORTANT', mask: 'identifier' };

const PROTECTION_BY_TYPE: Partial<Record<IdentifierType, Protection>> = {
  [IdentifierType.PHONE]: { sensitivity: 'CORE', mask: 'phone' },
  [IdentifierType.EMAIL]: { sensitivity: 'CORE', mask: 'email' },
  [IdentifierType.OPEN_ID]: CORE_IDENTIFIER,
  [IdentifierType.UNION_ID]: CORE_IDENTIFIER,
  [IdentifierType.EXTERNAL_USER_ID]: CORE_IDENTIFIER,
  [IdentifierType.CUSTOM]: CORE_IDENTIFIER,
  [IdentifierType.MEMBER_NO]: IMPORTANT_IDENTIFIER,
  [IdentifierType.DEVICE_ID]: IMPORTANT_IDENTIFIER,
};

/** The data class of an identifier by its type; one of a general type that holds a phone or an email is CORE too. */
export function identifierProtection(type: unknown, value: unknown): Protection | undefined {
  return PROTECTION_BY_TYPE[type as IdentifierType] ?? (holdsPersonalData(value) ? CORE_IDENTIFIER : undefined);
}

/** One value that a person is known by, in its scope. */
@ObjectType({ simpleResolvers: true, description: 'One value that a person is known by, in its scope.' })
export class Identifier {
  @Attribute(() => IdentifierType)
  type!: IdentifierType;

  @Attribute(() => String, {
    nullable: true,
    description:
      'What scopes the value: an app for OPEN_ID, an open-platform account for UNION_ID, a corp for EXTERNAL_USER_ID, a name for CUSTOM.',
  })
  namespace!: string | null;

  @Attribute(() => String, {
    description: 'Normalised; masked unless the caller may read it in clear.',
    protection: (owner) => identifierProtection(owner.type, owner.value),
  })
  value!: string;

  @Attribute(() => [Channel], { description: 'The channels it was seen in.' })
  channels!: Channel[];

  @Attribute(() => DateTime)
  firstSeenAt!: Date;

  @Attribute(() => DateTime)
  lastSeenAt!: Date;

  @Attribute(() => Boolean, {
    description: 'False where the value is kept but links nothing: blocked, over a limit, or shared by too many.',
  })
  linking!: boolean;

  @Attribute(() => String, { hidden: true, blinded: true, description: 'The blinded value, which keys its claim.' })
  key!: string;
}

/** An identifier as a client gives it. */
@InputType({ description: 'One value that a person is known by, in its scope.' })
export class IdentifierInput {
  @Field(() => IdentifierType)
  type!: IdentifierType;

  @Field(() => String, { nullable: true, description: 'What scopes the value; see Identifier.namespace.' })
  namespace?: string | null;

  @Field(() => String, { description: 'As the channel has it: it is normalised on arrival.' })
  value!: string;
}
