import { LRUCache } from 'lru-cache';
import type { Protection } from '../platform/entity.js';
import { holdsPersonalData } from '../platform/personal-data.rules.js';
import { COMMON_ATTRIBUTES, STANDARD_TRAITS } from './trait-catalogue.js';

const HIDDEN: Protection = { sensitivity: 'CORE', mask: 'hidden' };

/** Besides the catalogue's names of CORE values: what clients call them in traits and properties of their own. */
const MORE_NAMES = [
  ...[
    'nickname',
    'realName',
    'firstName',
    'lastName',
    'givenName',
    'familyName',
    'surname',
    'contactName',
    'customerName',
  ],
  ...[
    'receiver',
    'receiverName',
    'recipient',
    'consignee',
    'payer',
    'invoiceTitle',
    '昵称',
    '真实姓名',
    '收货人',
    '联系人',
  ],
  ...['shippingAddress', 'billingAddress', 'deliveryAddress', 'receiverAddress', 'homeAddress', '收货地址'],
  ...[
    'contact',
    'contactPhone',
    'receiverPhone',
    'wechat',
    'wechatId',
    'openId',
    'unionId',
    'idNo',
    'ssn',
    '微信',
    '微信号',
  ],
];

function fold(name: string): string {
  return name.toLowerCase().replace(/[\s_-]/g, '');
}

const coreSpecs = Object.entries({ ...STANDARD_TRAITS, ...COMMON_ATTRIBUTES }).filter(
  ([, spec]) => 'protection' in spec && spec.protection.sensitivity === 'CORE',
);
const personalNames = new Set(
  [...coreSpecs.flatMap(([name, spec]) => [name, ...('aliases' in spec ? spec.aliases : [])]), ...MORE_NAMES].map(fold),
);

function holdsPersonalName(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || value instanceof Date) return false;
  if (Array.isArray(value)) return value.some(holdsPersonalName);
  return Object.entries(value).some(([key, item]) => isPersonalProperty(key) || holdsPersonalName(item));
}

/** Events name the same properties again and again. */
const propertiesRead = new LRUCache<string, boolean>({ max: 2_000 });

/** In an event's properties `name` is a product's, a page's, a list's: Segment's specification has it everywhere. */
function isPersonalProperty(name: string): boolean {
  const known = propertiesRead.get(name);
  if (known !== undefined) return known;
  const folded = fold(name);
  const isPersonal = folded !== 'name' && personalNames.has(folded);
  propertiesRead.set(name, isPersonal);
  return isPersonal;
}

/** The data class of a custom trait: CORE where its name or its value tells of a person. */
export function customTraitProtection(name: string, value: unknown): Protection | undefined {
  const isPersonal = personalNames.has(fold(name)) || holdsPersonalData(value) || holdsPersonalName(value);
  return isPersonal ? HIDDEN : undefined;
}

/** The data class of an event's property: CORE where its name or its value, or one inside it, tells of a person. */
export function propertyProtection(name: string, value: unknown): Protection | undefined {
  const isPersonal = isPersonalProperty(name) || holdsPersonalData(value) || holdsPersonalName(value);
  return isPersonal ? HIDDEN : undefined;
}
