import type { Refusal } from './observation.js';

export type Fields = Readonly<Record<string, unknown>>;

/** Thrown inside decoding and caught by `decodeCall` alone. */
export class Undecodable extends Error {
  constructor(readonly refusal: Refusal) {
    super(refusal.message);
  }
}

/** Ends the decoding of a call: `path` names the place in it. */
export function refuse(code: string, path: string, message: string): never {
  throw new Undecodable({ code, message: `${path}: ${message}`, path });
}

/** Whether a value is a JSON object. */
export function isObject(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The object at a place of a call; an empty one where there is none. */
export function objectAt(value: unknown, path: string): Fields {
  if (value === undefined || value === null) return {};
  return isObject(value) ? value : refuse('INVALID_TYPE', path, 'must be an object');
}

/** Whether a value says anything: clients send null or empty text for what they don't know. */
export function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null && value !== '';
}
