import type { PostalAddress } from './postal-address.rules.js';
import { isWithinEdits } from './similarity.rules.js';

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
  if (left.words.length > 0 || right.words.length > 0) return likenessOfWords(left, right);
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
  if (!isRoadSame && !isRoadClose(left, right)) return undefined;
  if (left.number === '' || left.number !== right.number) return isRoadSame ? 'sameRoad' : undefined;
  return likenessOfDoors(left, right, isRoadSame);
}

/** A character wrong or left out, or a city or district that still stands before the road. */
function isRoadClose(left: PostalAddress, right: PostalAddress): boolean {
  if (left.road.length < 2 || right.road.length < 2) return false;
  return isWithinEdits(left.road, right.road, 1) || left.road.endsWith(right.road) || right.road.endsWith(left.road);
}

function likenessOfDoors(left: PostalAddress, right: PostalAddress, isRoadSame: boolean): AddressLevel {
  if (left.inside.length === 0 || right.inside.length === 0) return 'sameNumber';
  const isRoom = left.inside.at(-1) === right.inside.at(-1);
  const isBuilding = left.inside[0] === right.inside[0];
  if (isRoom && isBuilding) return isRoadSame ? 'sameDoor' : 'almostSameDoor';
  return isRoom || isBuilding ? 'sameNumber' : 'otherDoor';
}

const SAME_WORDS = 0.8;
const MANY_WORDS = 0.5;

function likenessOfWords(left: PostalAddress, right: PostalAddress): AddressLevel {
  const words = new Set(right.words);
  const shared = left.words.filter((word) => words.has(word)).length;
  const share = shared / Math.max(1, Math.min(left.words.length, right.words.length));
  const isNumberSame = left.number === right.number;
  if (shared === left.words.length && shared === right.words.length) return 'sameDoor';
  if (share >= SAME_WORDS && isNumberSame) return 'almostSameDoor';
  if (share >= MANY_WORDS) return isNumberSame ? 'sameNumber' : 'sameRoad';
  return 'different';
}
