import { hasHan, simplified } from './chinese-text.rules.js';

/** An address, read. What isn't given is ''. */
export interface PostalAddress {
  readonly key: string;
  readonly province: string;
  readonly city: string;
  readonly district: string;
  readonly road: string;
  /** Of the house in its road; 0 where not given, as the next two. */
  readonly number: number;
  readonly building: number;
  readonly room: number;
  /** Whether it isn't Chinese; its key are its words, sorted. */
  readonly isWords: boolean;
}

const PROVINCES =
  '河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海 台湾 内蒙古 广西 西藏 宁夏 新疆 北京 上海 天津 重庆 香港 澳门'.split(
    ' ',
  );
const MUNICIPALITIES = new Set(['北京', '上海', '天津', '重庆', '香港', '澳门']);
const PROVINCE = new RegExp(`^(?:中国)?(${PROVINCES.join('|')})(?:(?:壮族|回族|维吾尔)?自治区|特别行政区|省|市)?`);
const CITY = /^([^省市区县路街道号\d]{2,7})(?:市|自治州|地区|盟)/u;
const DISTRICT = /^([^路街道巷弄号\d]{1,7}?(?:新区|区|县|旗)|[^省市区县路街道号\d]{2,4}市)(?!\d)/u;
const ROAD = /^(\D*?)(\d+)(?:号|弄|-(?=\d))?/u;
const WORD = /[\p{L}\p{N}]+/gu;

/** An address, read from its columns, the widest first (province, city, all the rest); undefined where all are empty. */
export function parseAddress(columns: readonly string[]): PostalAddress | undefined {
  const [line = '', ...wider] = [...columns].reverse().map(foldAddress);
  const whole = [...wider].reverse().join('') + line;
  if (whole === '') return undefined;
  return hasHan(whole) ? chineseAddress(wider.reverse(), line) : otherAddress(columns);
}

function foldAddress(text: string): string {
  return simplified(text.normalize('NFKC').toLowerCase())
    .replace(/\s+/gu, hasHan(text) ? '' : ' ')
    .trim();
}

interface Region {
  province: string;
  city: string;
  district: string;
  rest: string;
}

/** Takes the region off the start of a line of an address. */
function regionOf(line: string, cityKnown: string): Region {
  const [province, afterProvince] = split(line, PROVINCE);
  const isMunicipality = MUNICIPALITIES.has(province);
  const [city, afterCity] = takeCity(afterProvince, isMunicipality ? province : cityKnown);
  const [district, rest] = split(afterCity, DISTRICT);
  return { province, city: city || (isMunicipality ? province : ''), district, rest };
}

function split(text: string, pattern: RegExp): [string, string] {
  const found = pattern.exec(text);
  return found ? [found[1] ?? '', text.slice(found[0].length)] : ['', text];
}

function takeCity(text: string, known: string): [string, string] {
  if (known !== '' && text.startsWith(known)) return [known, text.slice(known.length).replace(/^市(?!.区)/u, '')];
  return split(text, CITY);
}

function chineseAddress(wider: readonly string[], line: string): PostalAddress {
  const given = regionOf(wider.join(''), '');
  const read = regionOf(line, given.city);
  const { road, ...place } = placeOf(read.rest);
  const province = shared(given.province || read.province);
  const city = shared(shortCity(given.city || read.city));
  const district = shared(read.district || given.district);
  const key = `${province}|${city}|${district}|${road}|${place.number}|${place.building}|${place.room}`;
  return { key, province, city, district, road: shared(road), ...place, isWords: false };
}

function shortCity(city: string): string {
  return city.replace(/市$/u, '');
}

/** Road, number, and the numbers inside: `8栋3单元2204`, `8-3-2204` and `8号楼2204室` are the same building and room. */
function placeOf(text: string): Pick<PostalAddress, 'road' | 'number' | 'building' | 'room'> {
  const found = ROAD.exec(text);
  if (!found) return { road: text, number: 0, building: 0, room: 0 };
  const inside = text.slice(found[0].length).match(/\d+/g) ?? [];
  return {
    road: found[1] ?? '',
    number: asNumber(found[2]),
    building: asNumber(inside[0]),
    room: asNumber(inside.at(-1)),
  };
}

const LONGEST_NUMBER = 9;

function asNumber(digits: string | undefined): number {
  return digits === undefined ? 0 : Number(digits.slice(0, LONGEST_NUMBER));
}

const NAMES_AT_MOST = 50_000;
const names = new Map<string, string>();

/** One copy of a name that many addresses have. */
function shared(name: string): string {
  const known = names.get(name);
  if (known !== undefined) return known;
  if (names.size >= NAMES_AT_MOST) names.clear();
  names.set(name, name);
  return name;
}

function otherAddress(columns: readonly string[]): PostalAddress | undefined {
  const words = (columns.map(foldAddress).join(' ').match(WORD) ?? []).sort();
  if (words.length === 0) return undefined;
  const number = asNumber(words.find((word) => /^\d+$/.test(word)));
  const nothing = { province: '', city: '', district: '', road: '', building: 0, room: 0 };
  return { key: words.join(' '), ...nothing, number, isWords: true };
}
