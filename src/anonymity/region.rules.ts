import { parseAddress } from '../comparing/postal-address.rules.js';
import { PART_OF_PROVINCE, PROVINCE_OF_CITY } from './chinese-regions.js';

/** Where a Chinese address, city or province lies; what isn't known is ''. */
export interface Place {
  readonly part: string;
  readonly province: string;
  readonly city: string;
  readonly district: string;
}

const UNIT = /(?:省|市|特别行政区|(?:壮族|回族|维吾尔)?自治区)$/u;
const PREFECTURE = /(?:市|地区|盟)$/u;
const LONGEST_CITY = 4;

/** Where an address lies, or a city or province by its name alone; undefined where it can't be told. */
export function placeOf(value: string): Place | undefined {
  const text = value.trim();
  return namedAlone(text) ?? addressed(text);
}

/** The names of what holds a place, the widest first; none where it can't be told. */
export function widerPlaces(value: string): readonly string[] {
  const place = placeOf(value);
  if (!place) return [];
  const { part, province, city, district } = place;
  const inCity = city === province ? city : province + city;
  return [part, province, ...(city === '' ? [] : [inCity]), ...(district === '' ? [] : [inCity + district])];
}

/** A city as it is counted under: its short name, where it is one of China's. */
export function knownCity(value: string | null): string | undefined {
  const name = (value ?? '').trim();
  const found = PROVINCE_OF_CITY.has(name) ? name : placeOf(name)?.city;
  return found !== undefined && PROVINCE_OF_CITY.has(found) ? found : undefined;
}

function namedAlone(text: string): Place | undefined {
  const province = text.replace(UNIT, '');
  const city = cityNamed(text);
  const ofCity = PROVINCE_OF_CITY.get(city);
  if (ofCity !== undefined) return placed(ofCity, city, '');
  return PART_OF_PROVINCE.has(province) ? placed(province, '', '') : undefined;
}

/** The short name of a city: `杭州市` is 杭州, `延边朝鲜族自治州` is 延边. */
function cityNamed(text: string): string {
  if (PROVINCE_OF_CITY.has(text)) return text;
  if (!text.endsWith('自治州')) return text.replace(PREFECTURE, '');
  for (let length = LONGEST_CITY; length > 1; length -= 1)
    if (PROVINCE_OF_CITY.has(text.slice(0, length))) return text.slice(0, length);
  return text;
}

function addressed(text: string): Place | undefined {
  const address = parseAddress([text]);
  if (!address || address.isWords) return undefined;
  const province = address.province || (PROVINCE_OF_CITY.get(address.city) ?? '');
  return province === '' ? undefined : placed(province, address.city, address.district);
}

function placed(province: string, city: string, district: string): Place | undefined {
  const part = PART_OF_PROVINCE.get(province);
  return part === undefined ? undefined : { part, province, city, district };
}
