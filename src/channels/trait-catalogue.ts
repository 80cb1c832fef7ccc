import type { Protection } from '../platform/entity.js';

/** How a value of an attribute is read and normalised. */
export type AttributeKind =
  | 'text'
  | 'integer'
  | 'number'
  | 'boolean'
  | 'instant'
  | 'money'
  | 'texts'
  | 'name'
  | 'gender'
  | 'birthday'
  | 'phone'
  | 'email';

export interface AttributeSpec {
  readonly kind: AttributeKind;
  readonly description: string;
  readonly protection?: Protection;
  /** Other names clients use for it, besides its own in snake_case. */
  readonly aliases?: readonly string[];
}

const name: Protection = { sensitivity: 'CORE', mask: 'name' };
const address: Protection = { sensitivity: 'CORE', mask: 'address' };
const important: Protection = { sensitivity: 'IMPORTANT', mask: 'hidden' };

/** The standard traits of a profile: every channel may observe them, and they fold into the golden record. */
export const STANDARD_TRAITS = {
  name: { kind: 'name', description: 'Full name.', protection: name, aliases: ['fullName', '姓名'] },
  gender: { kind: 'gender', description: 'Gender.', protection: important, aliases: ['sex', '性别'] },
  birthday: {
    kind: 'birthday',
    description: 'Birthday, an ISO date.',
    protection: { sensitivity: 'CORE', mask: 'birthday' },
    aliases: ['birthDate', 'dateOfBirth', 'dob', '生日', '出生日期'],
  },
  phone: {
    kind: 'phone',
    description: 'Phone, in E.164.',
    protection: { sensitivity: 'CORE', mask: 'phone' },
    aliases: ['mobile', 'phoneNumber', 'tel', '手机', '手机号', '电话'],
  },
  email: {
    kind: 'email',
    description: 'Email address, in lower case.',
    protection: { sensitivity: 'CORE', mask: 'email' },
    aliases: ['mail', 'emailAddress', '邮箱', '电子邮箱'],
  },
  country: { kind: 'text', description: 'Country.', aliases: ['国家'] },
  province: { kind: 'text', description: 'Province or state.', aliases: ['state', 'region', '省', '省份'] },
  city: { kind: 'text', description: 'City.', protection: important, aliases: ['城市'] },
  address: {
    kind: 'text',
    description: 'Street address.',
    protection: address,
    aliases: ['street', '地址', '详细地址'],
  },
  avatarUrl: { kind: 'text', description: 'Address of a picture.', aliases: ['avatar', 'headImgUrl', '头像'] },
  language: { kind: 'text', description: 'Preferred language.', aliases: ['locale', '语言'] },
} as const satisfies Record<string, AttributeSpec>;

export type StandardTrait = keyof typeof STANDARD_TRAITS;

export const STANDARD_TRAIT_NAMES = Object.keys(STANDARD_TRAITS) as StandardTrait[];

/** Attributes any account may carry that are no trait of the profile. */
export const COMMON_ATTRIBUTES = {
  governmentId: {
    kind: 'text',
    description: 'Number of an identity card, passport or permit.',
    protection: { sensitivity: 'CORE', mask: 'identifier' },
    aliases: ['idCard', 'idNumber', 'nationalId', 'passport', 'passportNo', '身份证', '身份证号'],
  },
  group: { kind: 'text', description: 'The group or company the account belongs to, from a GROUP event.' },
} as const satisfies Record<string, AttributeSpec>;

/** Whether a name is a standard trait of the profile. */
export function isStandardTrait(trait: string): trait is StandardTrait {
  return Object.hasOwn(STANDARD_TRAITS, trait);
}
