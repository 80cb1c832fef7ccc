import { COMPANIES, JOB_TITLES } from './company.js';
import { channelsOf, type DemoChannel, detachedChannel } from './membership.js';
import { type PersonName, personName } from './names.js';
import { PLACES, type Place, STREETS } from './places.js';
import { Random } from './random.js';

/** An invented customer, as the demo knows them; the channels each see a part. */
export interface Person {
  key: string;
  name: string;
  latinName: string;
  nickname: string;
  gender: 'FEMALE' | 'MALE';
  birthday: string;
  language: string;
  place: Place;
  /** Where those who moved lived before; channels with old data still say so. */
  formerPlace: Place;
  address: string;
  /** Eleven digits. */
  phone: string;
  email: string;
  userId: string;
  memberNo: string;
  /** The employer of those who buy for a company. */
  company?: string;
  jobTitle?: string;
  /** Multiplies how much the person does; 1 on average. */
  activity: number;
  mayBuy: boolean;
  /** First seen within the history. */
  isNew: boolean;
  /** Days before the end of the history: first and last sign of life. */
  oldest: number;
  newest: number;
  channels: DemoChannel[];
  detached?: DemoChannel;
}

const FAMILY_EVERY = 250;
const PHONE_PREFIXES: readonly string[] =
  '133 135 136 138 139 150 152 156 158 159 166 173 177 180 185 186 188 189 191 198'.split(' ');
const EMAIL_DOMAINS: readonly [string, ...string[]] = ['example.com', 'example.com', 'example.org', 'example.cn'];
const NICKNAMES: readonly [string, ...string[]] = [
  '小满',
  '晚风',
  '阿茶',
  '栗子',
  '半糖',
  '云朵',
  '小鹿🦌',
  '月亮🌙',
  '海盐',
  '木木',
  '橘子汽水',
  'Sunny',
  'Momo',
  'Echo',
  '☕️咖啡',
];

/** The person of that number, the same for any number of people and any end of the history. */
export function personAt(index: number): Person {
  const key = String(index + 1).padStart(4, '0');
  const random = new Random(`${key}:person`);
  // The last person of every 250 shares home and phone with the one before.
  const householdIndex = index % FAMILY_EVERY === FAMILY_EVERY - 1 ? index - 1 : index;
  const household = new Random(`${householdIndex}:household`);
  const gender = random.chance(0.56) ? 'FEMALE' : 'MALE';
  const name = personName(random, household, gender);
  const business = random.chance(0.12);
  const channels = channelsOf(key, business);
  return {
    key,
    ...spoken(random, name),
    gender,
    birthday: birthday(random),
    ...home(random, household),
    phone: phoneOf(householdIndex),
    email: email(random, name, index),
    userId: `u_${random.token(10)}`,
    memberNo: `M${String(10_000_000 + ((index * 7_368_787) % 89_999_999))}`,
    ...(business ? { company: random.pick(COMPANIES), jobTitle: random.pick(JOB_TITLES) } : {}),
    activity: 0.35 + 1.3 * random.next() ** 1.6 + (random.chance(0.06) ? 2 : 0),
    mayBuy: random.chance(0.62),
    ...lifetime(random),
    channels,
    detached: detachedChannel(key, channels),
  };
}

function spoken(random: Random, name: PersonName): Pick<Person, 'name' | 'latinName' | 'nickname' | 'language'> {
  const chosen = random.pick(NICKNAMES);
  const nickname = random.chance(0.4) ? name.given : `${chosen}${random.chance(0.3) ? random.int(1, 99) : ''}`;
  return { name: name.name, latinName: `${name.given} ${name.family}`, nickname, language: languageTag(name.language) };
}

function languageTag(language: string): string {
  return language === 'zh' ? 'zh-CN' : language;
}

function home(random: Random, household: Random): Pick<Person, 'place' | 'formerPlace' | 'address'> {
  const place = household.weighted(PLACES);
  const address = `${place.city}${household.pick(STREETS)}${household.int(1, 299)}号${household.int(1, 20)}栋${household.int(101, 2804)}室`;
  return { place, formerPlace: random.chance(0.06) ? random.weighted(PLACES) : place, address };
}

function birthday(random: Random): string {
  const year = 2006 - Math.round(48 * random.next() ** 1.3);
  return `${year}-${pad(random.int(1, 12))}-${pad(random.int(1, 28))}`;
}

/** Distinct for distinct numbers: the factor and 10^8 have no common divisor. */
function phoneOf(index: number): string {
  const prefix = PHONE_PREFIXES[index % PHONE_PREFIXES.length] ?? '138';
  return prefix + String((31_415_927 + index * 61_803_399) % 100_000_000).padStart(8, '0');
}

function email(random: Random, name: PersonName, index: number): string {
  const given = asciiLetters(name.given);
  const family = asciiLetters(name.family);
  const local = random.pick([
    `${given}.${family}`,
    `${family}${given}`,
    `${given.slice(0, 1)}.${family}`,
    `${given}_`,
    family,
  ]);
  return `${local}${index + 1}@${random.pick(EMAIL_DOMAINS)}`;
}

function asciiLetters(text: string): string {
  const plain = text.toLowerCase().replaceAll('ß', 'ss').replaceAll('đ', 'd').normalize('NFD');
  return plain.replace(/[^a-z]/g, '');
}

/** Two in five came within the history, one in four fell silent before its end. */
function lifetime(random: Random): Pick<Person, 'isNew' | 'oldest' | 'newest'> {
  const isNew = random.chance(0.4);
  const oldest = isNew ? random.int(2, 88) : 89;
  const silent = random.chance(0.25);
  const newest = silent ? Math.floor(oldest * (0.3 + 0.6 * random.next())) : Math.min(oldest, random.int(0, 6));
  return { isNew, oldest, newest };
}

function pad(value: number): string {
  return String(value).padStart(2, '0');
}
