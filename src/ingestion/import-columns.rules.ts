import type { Channel } from '../channels/channel.js';
import { attributeNamed } from '../channels/channel-definitions.js';
import { IdentifierType } from '../channels/identifier-type.js';
import { badInput } from '../platform/errors.js';

/** The fields of an event that a column may hold. */
export const FIELDS = ['messageId', 'type', 'name', 'channel', 'occurredAt'] as const;
export type Field = (typeof FIELDS)[number];

/** What a column of a file holds. */
export type Role =
  | { readonly kind: 'identifier'; readonly type: IdentifierType; readonly namespace: string | null }
  | { readonly kind: 'trait' | 'property' | 'context'; readonly name: string }
  | { readonly kind: 'field'; readonly name: Field }
  | { readonly kind: 'ignored' };

/** A column of a file: its name there, and what it holds. */
export interface Column {
  readonly name: string;
  readonly role: Role;
}

/** Names of fields, folded. `name` is a person's and `channel` anything: a mapping says where they are the event's. */
const FIELD_NAMES: Readonly<Record<string, Field>> = {
  messageid: 'messageId',
  type: 'type',
  eventtype: 'type',
  event: 'name',
  eventname: 'name',
  事件: 'name',
  事件名称: 'name',
  occurredat: 'occurredAt',
  timestamp: 'occurredAt',
  originaltimestamp: 'occurredAt',
  time: 'occurredAt',
  eventtime: 'occurredAt',
  时间: 'occurredAt',
  发生时间: 'occurredAt',
};

/** Names of identifiers, folded. Phones and emails are traits, which identify as well: a bad one costs no row. */
const IDENTIFIER_NAMES: Readonly<Record<string, IdentifierType>> = {
  openid: IdentifierType.OPEN_ID,
  unionid: IdentifierType.UNION_ID,
  externaluserid: IdentifierType.EXTERNAL_USER_ID,
  外部联系人id: IdentifierType.EXTERNAL_USER_ID,
  userid: IdentifierType.USER_ID,
  uid: IdentifierType.USER_ID,
  用户id: IdentifierType.USER_ID,
  用户编号: IdentifierType.USER_ID,
  memberno: IdentifierType.MEMBER_NO,
  membernumber: IdentifierType.MEMBER_NO,
  memberid: IdentifierType.MEMBER_NO,
  会员号: IdentifierType.MEMBER_NO,
  会员编号: IdentifierType.MEMBER_NO,
  会员卡号: IdentifierType.MEMBER_NO,
  deviceid: IdentifierType.DEVICE_ID,
  设备id: IdentifierType.DEVICE_ID,
  设备号: IdentifierType.DEVICE_ID,
  anonymousid: IdentifierType.ANONYMOUS_ID,
  匿名id: IdentifierType.ANONYMOUS_ID,
};

const PARTS: Readonly<Record<string, 'trait' | 'property' | 'context'>> = {
  traits: 'trait',
  properties: 'property',
  context: 'context',
};
const CONTACTS = new Set(['phone', 'email']);

function fold(name: string): string {
  return name
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s_-]/g, '');
}

function known<T>(table: Readonly<Record<string, T>>, name: string): T | undefined {
  return Object.hasOwn(table, name) ? table[name] : undefined;
}

function traitNamed(channel: Channel, name: string): string | undefined {
  const snake = name.toLowerCase().replaceAll(/[\s-]+/g, '_');
  return [name, snake, fold(name)].map((form) => attributeNamed(channel, form)).find((found) => found !== undefined);
}

function prefixed(name: string): Role | undefined {
  const [, part = '', rest = ''] = /^(\w+)\.(.+)$/s.exec(name) ?? [];
  const kind = known(PARTS, part);
  return kind && { kind, name: rest };
}

/** What a column of this name holds by its name alone; undefined where the name says nothing. */
export function roleByName(given: string, channel: Channel): Role | undefined {
  const name = given.trim();
  if (name === '') return { kind: 'ignored' };
  const field = known(FIELD_NAMES, fold(name));
  if (field) return { kind: 'field', name: field };
  const type = known(IDENTIFIER_NAMES, fold(name));
  if (type) return { kind: 'identifier', type, namespace: null };
  const trait = traitNamed(channel, name);
  return trait === undefined ? prefixed(name) : { kind: 'trait', name: trait };
}

/** Whether rows with these columns are events: then columns that nothing is known of are properties, else custom traits. */
export function holdEvents(roles: readonly (Role | undefined)[]): boolean {
  return roles.some((role) => role?.kind === 'field' && role.name === 'name');
}

/** What a column holds that nothing is known of. */
export function roleOfUnknown(name: string, areEvents: boolean): Role {
  return { kind: areEvents ? 'property' : 'trait', name: name.trim() };
}

function identifies({ role }: Column): boolean {
  return role.kind === 'identifier' || (role.kind === 'trait' && CONTACTS.has(role.name));
}

/**
 * What the columns of a header hold: as the mapping says, else by their names. BAD_USER_INPUT where the mapping names a
 * column that isn't there, or no column identifies anyone.
 */
export function columnsOf(
  header: readonly string[],
  channel: Channel,
  mapped: ReadonlyMap<string, Role> = new Map(),
): Column[] {
  const names = header.map((name) => name.trim());
  const absent = [...mapped.keys()].find((name) => !names.includes(name.trim()));
  if (absent !== undefined)
    throw badInput('mapping', `names the column ${JSON.stringify(absent)}; the file has ${names.join(', ')}`);
  const roles = names.map((name) => mapped.get(name) ?? roleByName(name, channel));
  const areEvents = holdEvents(roles);
  const columns = names.map((name, index) => ({ name, role: roles[index] ?? roleOfUnknown(name, areEvents) }));
  if (columns.some(identifies)) return columns;
  throw badInput(
    'file',
    `no column identifies anyone among ${names.join(', ')}; name one phone, email, user_id, member_no, open_id, ` +
      'union_id, external_user_id, device_id or anonymous_id, or say with --mapping which it is',
  );
}
