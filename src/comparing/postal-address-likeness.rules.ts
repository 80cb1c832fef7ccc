import type { PostalAddress } from './postal-address.rules.js';
import { isOneEditApart } from './similarity.rules.js';

/** How far two addresses agree, from the same door to not even the same city. */
export const ADDRESS_LEVELS = [
  'sameDoor',
  'almostSameDoor',
  'sameNumber',
  'otherDoor',
  'sameRoad',
  'sameDistrict',
  'sameCity',
  'different',
] as const;

export type AddressLevel = (typeof ADDRESS_LEVELS)[number];

/** How far two addresses agree; undefined where nothing is known of both. */
export function likenessOfAddresses(left: PostalAddress, right: PostalAddress): AddressLevel | undefined {
  if (left.isWords || right.isWords) return likenessOfWords(left, right);
  const region = likenessOfRegions(left, right);
  if (region === 'different') return region;
  return likenessOfPlaces(left, right) ?? region;
}

function likenessOfRegions(left: PostalAddress, right: PostalAddress): AddressLevel | undefined {
  const areCities = left.city !== '' && right.city !== '';
  if (areCities && left.city !== right.city) return 'different';
  if (left.province !== '' && right.province !== '' && left.province !== right.province) return 'different';
  if (areDistrictsSame(left.district, right.district)) return 'sameDistrict';
  return areCities ? 'sameCity' : undefined;
}

/** The city may still stand before one of them: it isn't told from the district where its own suffix is left out. */
function areDistrictsSame(left: string, right: string): boolean {
  if (left === '' || right === '') return false;
  return left.endsWith(right) || right.endsWith(left);
}

function likenessOfPlaces(left: PostalAddress, right: PostalAddress): AddressLevel | undefined {
  if (left.road === '' || right.road === '') return undefined;
  const isRoadSame = left.road === right.road;
  if (left.number === 0 || left.number !== right.number) return isRoadSame ? 'sameRoad' : undefined;
  return isRoadSame || isRoadClose(left.road, right.road) ? likenessOfDoors(left, right, isRoadSame) : undefined;
}

/** A character wrong or left out, or a city or district that still stands before the road. */
function isRoadClose(left: string, right: string): boolean {
  if (left.length < 2 || right.length < 2) return false;
  return isOneEditApart(left, right) || left.endsWith(right) || right.endsWith(left);
}

function likenessOfDoors(left: PostalAddress, right: PostalAddress, isRoadSame: boolean): AddressLevel {
  if (left.room === 0 || right.room === 0) return 'sameNumber';
  const isRoom = left.room === right.room;
  const isBuilding = left.building === right.building;
  if (isRoom && isBuilding) return isRoadSame ? 'sameDoor' : 'almostSameDoor';
  return isRoom || isBuilding ? 'sameNumber' : 'otherDoor';
}

const SAME_WORDS = 0.8;
const MANY_WORDS = 0.5;

function likenessOfWords(left: PostalAddress, right: PostalAddress): AddressLevel {
  if (left.key === right.key) return 'sameDoor';
  const words = right.key.split(' ');
  const others = left.key.split(' ');
  const shared = others.filter((word) => words.includes(word)).length;
  const share = shared / Math.min(words.length, others.length);
  const isNumberSame = left.number === right.number;
  if (share >= SAME_WORDS && isNumberSame) return 'almostSameDoor';
  if (share >= MANY_WORDS) return isNumberSame ? 'sameNumber' : 'sameRoad';
  return 'different';
}
