import type { EventInput } from '../../schema/generated/operations.js';
import { CHANNELS, definitionOf } from '../../src/channels/channel-definitions.js';
import { identifierProtection } from '../../src/channels/identifier.entity.js';
import { IdentifierType } from '../../src/channels/identifier-type.js';
import { type AttributeKind, isStandardTrait, STANDARD_TRAITS } from '../../src/channels/trait-catalogue.js';
import { attributesOf, type Protection, type Sensitivity } from '../../src/platform/entity.js';
import { maskValue } from '../../src/platform/mask.rules.js';
import { ProfileTraits } from '../../src/profiles/traits.entity.js';
import { byUser, identify } from './sample-events.js';

/** A field of a class that not everyone reads, with two values of it that look alike to who sees masks. */
export interface ProtectedField {
  readonly name: string;
  readonly sensitivity: Sensitivity;
  readonly values: readonly [string, string];
  /** What brings somebody who has the first value, or the second, and is otherwise like anyone. */
  readonly event: (user: string, which: 0 | 1, occurredAt: string) => EventInput;
}

/** Two values of a kind for the `n`th field: no other field's. */
function valuesOf(kind: AttributeKind, mask: Protection['mask'], n: number): [string, string] {
  const two = String(n).padStart(2, '0');
  const letter = String.fromCodePoint(0x8d75 + n); // a character of its own, so that no name begins as another's
  const byKind: Partial<Record<AttributeKind, [string, string]>> = {
    name: [`${letter}梅梅`, `${letter}立立`],
    gender: ['FEMALE', 'MALE'],
    birthday: [`1991-07-${two}`, `1991-02-${two}`],
    phone: [`+86138${two}561234`, `+86138${two}781234`],
    email: [`m${two}wang@example.org`, `m${two}zhou@example.org`],
    money: [`1234.${two}`, `5678.${two}`],
    integer: [`31${two}`, `57${two}`],
  };
  const byMask: Partial<Record<Protection['mask'], [string, string]>> = {
    phone: byKind.phone as [string, string],
    email: byKind.email as [string, string],
    address: [`浙江省杭州市文三路${two}号`, `浙江省宁波市中山路${two}号`],
    identifier: [`AB${two}secretlyYZ`, `AB${two}privatelyYZ`],
    hidden: [`secret${two}one`, `secret${two}two`],
    name: byKind.name as [string, string],
  };
  const found = byKind[kind] ?? byMask[mask];
  if (!found) throw new Error(`There is no pair of values for ${kind}, masked as ${mask}.`);
  const [first, second] = found.map((value) => maskValue(mask, value));
  if (first !== second) throw new Error(`The values of ${kind} differ under ${mask}.`);
  return found;
}

type Brought = Pick<EventInput, 'channel'> & Partial<Pick<EventInput, 'traits' | 'identifiers'>>;

function fieldOf(
  name: string,
  kind: AttributeKind,
  { sensitivity, mask }: Protection,
  bring: (value: string) => Brought,
) {
  return (n: number): ProtectedField => {
    const values = valuesOf(kind, mask, n);
    const event: ProtectedField['event'] = (user, which, occurredAt) => {
      const { identifiers = [], ...rest } = bring(values[which]);
      return identify({ ...rest, identifiers: [byUser(user), ...identifiers], occurredAt });
    };
    return { name, sensitivity, values, event };
  };
}

const isHidden = (protection: Protection | undefined): protection is Protection =>
  protection !== undefined && protection.sensitivity !== 'GENERAL';

function traits() {
  return attributesOf(ProfileTraits).flatMap(({ name, sensitivity, mask = 'hidden' }) => {
    if (!sensitivity || sensitivity === 'GENERAL' || !isStandardTrait(name)) return [];
    const { kind } = STANDARD_TRAITS[name];
    return [
      fieldOf(`traits.${name}`, kind, { sensitivity, mask }, (value) => ({
        channel: 'CRM',
        traits: { [name]: value },
      })),
    ];
  });
}

function identifiers() {
  return Object.values(IdentifierType).flatMap((type) => {
    const protection = identifierProtection(type, '');
    if (!isHidden(protection)) return [];
    const brings = (channel: (typeof CHANNELS)[number]) =>
      definitionOf(channel).identifiers.find((one) => one.type === type);
    const channel = CHANNELS.find((one) => brings(one)) ?? 'WEB';
    const namespace = brings(channel as never)?.scope || type === 'CUSTOM' ? 'a-scope' : null;
    return [
      fieldOf(`identifiers.${type}`, 'text', protection, (value) => ({
        channel,
        identifiers: [{ type, namespace, value }],
      })),
    ];
  });
}

function attributes() {
  return CHANNELS.flatMap((channel) =>
    Object.entries(definitionOf(channel).attributes).flatMap(([name, { kind, protection }]) =>
      isHidden(protection)
        ? [fieldOf(`${channel}.${name}`, kind, protection, (value) => ({ channel, traits: { [name]: value } }))]
        : [],
    ),
  );
}

/** Every field of class CORE or IMPORTANT that the declarations of traits, identifiers and channels name. */
export function protectedFields(): ProtectedField[] {
  return [...traits(), ...identifiers(), ...attributes()].map((made, n) => made(n + 1));
}
