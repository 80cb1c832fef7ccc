import { NAMESPACES } from './company.js';
import type { DemoChannel } from './membership.js';
import type { DemoIdentifier, Episode } from './observation.js';
import type { Person } from './people.js';
import { Random } from './random.js';

/** Identifiers by which one channel's record of a person can lead to another's. */
export type LinkType = 'UNION_ID' | 'PHONE' | 'EMAIL' | 'USER_ID' | 'MEMBER_NO' | 'ANONYMOUS_ID' | 'DEVICE_ID';
type Links = Map<DemoChannel, ReadonlySet<LinkType>>;

/** How likely each channel learns an identifier. */
const LEARNT: Record<DemoChannel, Partial<Record<LinkType, number>>> = {
  WECHAT_OFFICIAL_ACCOUNT: { UNION_ID: 0.92, PHONE: 0.1 },
  WECOM: { UNION_ID: 0.6, PHONE: 0.35 },
  MINI_PROGRAM: { UNION_ID: 0.9, PHONE: 0.6 },
  SOCIAL: { PHONE: 0.4 },
  SEARCH: { ANONYMOUS_ID: 1, PHONE: 0.1 },
  CONTENT: { UNION_ID: 0.4, EMAIL: 0.35 },
  WEB: { ANONYMOUS_ID: 1, USER_ID: 1, EMAIL: 0.7, PHONE: 0.2 },
  APP: { DEVICE_ID: 1, USER_ID: 1, PHONE: 0.4, EMAIL: 0.15 },
  ECOMMERCE: { USER_ID: 0.6, PHONE: 0.9 },
  STORE: { MEMBER_NO: 1, PHONE: 0.8 },
  CRM: { PHONE: 0.8, EMAIL: 0.7, MEMBER_NO: 0.4 },
  ERP: { EMAIL: 0.8, PHONE: 0.3 },
  IOT: { DEVICE_ID: 1, PHONE: 0.4 },
};

/** Identifiers that any channel can hold, the likeliest first. */
const PORTABLE: readonly LinkType[] = ['PHONE', 'UNION_ID', 'EMAIL'];
/**
 * What each channel of a person shares with the others: every channel but the detached one can be reached from the first.
 * The detached one shares nothing, and half of those who only search and browse are never known by more than their browser.
 */
export function linksOf(person: Person): Links {
  const links: Links = new Map();
  const known = new Set<LinkType>();
  for (const channel of person.channels) {
    const learnt = channel === person.detached ? new Set<LinkType>() : learn(person, channel);
    if (learnt.size > 0 && known.size > 0 && !reaches(learnt, known)) learnt.add(bridge(known));
    for (const type of learnt) known.add(type);
    links.set(channel, learnt);
  }
  return links;
}

function learn(person: Person, channel: DemoChannel): Set<LinkType> {
  if (isStranger(person)) return new Set<LinkType>(['ANONYMOUS_ID']);
  const random = new Random(`${person.key}:${channel}:links`);
  const entries = Object.entries(LEARNT[channel]) as [LinkType, number][];
  const learnt = new Set<LinkType>(entries.filter(([, chance]) => random.chance(chance)).map(([type]) => type));
  if (!PORTABLE.some((type) => learnt.has(type))) learnt.add(channel === 'WEB' ? 'EMAIL' : 'PHONE');
  return learnt;
}

function reaches(learnt: ReadonlySet<LinkType>, known: ReadonlySet<LinkType>): boolean {
  return [...learnt].some((type) => known.has(type));
}

function bridge(known: ReadonlySet<LinkType>): LinkType {
  return PORTABLE.find((type) => known.has(type)) ?? 'PHONE';
}

function isStranger(person: Person): boolean {
  const visitsOnly = person.channels.every((channel) => channel === 'WEB' || channel === 'SEARCH');
  return visitsOnly && new Random(`${person.key}:stranger`).chance(0.5);
}

/** An id of the person that stands under this label, the same wherever it is asked for. */
export function idOf(person: Person, label: string, length: number): string {
  return new Random(`${person.key}:${label}`).token(length);
}

/** The browser's id, which web and search see alike unless one of them is detached. */
export function browserId(episode: Episode): string {
  const label = episode.links.has('ANONYMOUS_ID') ? 'browser' : `browser:${episode.channel}`;
  return `anon-${idOf(episode.person, label, 20)}`;
}

/** The serial number of the person's appliance; the app that paired it knows it too. */
export function applianceSerial(person: Person, linked: boolean): string {
  return `EL${idOf(person, linked ? 'appliance' : 'appliance:IOT', 12).toUpperCase()}`;
}

/** Union id, phone and email as this channel knows and spells them. */
export interface Contacts {
  identifiers: DemoIdentifier[];
  traits: { phone?: string; email?: string };
}

export function contactsOf({ person, channel, links }: Episode): Contacts {
  const random = new Random(`${person.key}:${channel}:spelling`);
  const phone = spellPhone(random, person.phone);
  const email = spellEmail(random, person.email);
  const contacts: Contacts = { identifiers: [], traits: {} };
  if (links.has('UNION_ID')) {
    contacts.identifiers.push({
      type: 'UNION_ID',
      namespace: NAMESPACES.openPlatform,
      value: `o6${idOf(person, 'union', 26)}`,
    });
  }
  if (links.has('PHONE')) {
    contacts.traits.phone = phone;
    contacts.identifiers.push({ type: 'PHONE', value: phone });
  }
  if (links.has('EMAIL')) {
    contacts.traits.email = email;
    contacts.identifiers.push({ type: 'EMAIL', value: email });
  }
  return contacts;
}

function spellPhone(random: Random, phone: string): string {
  const [a, b, c] = [phone.slice(0, 3), phone.slice(3, 7), phone.slice(7)];
  return random.weighted([
    [phone, 5],
    [`+86${phone}`, 3],
    [`+86 ${a} ${b} ${c}`, 2],
    [`${a}-${b}-${c}`, 2],
    [`${a} ${b} ${c}`, 1],
    [phone.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0)), 1],
  ]);
}

function spellEmail(random: Random, email: string): string {
  const capitalised = email.charAt(0).toUpperCase() + email.slice(1);
  return random.weighted([
    [email, 6],
    [capitalised, 2],
    [email.toUpperCase(), 1],
  ]);
}
