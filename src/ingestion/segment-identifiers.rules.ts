import { IdentifierType } from '../channels/identifier-type.js';
import { type Fields, isGiven, objectAt, refuse } from './segment-fields.rules.js';

type Identifier = { type: unknown; namespace?: unknown; value: unknown };

function idAt(call: Fields, path: string, type: IdentifierType): Identifier[] {
  const value = call[path];
  if (!isGiven(value)) return [];
  const isText = typeof value === 'string' || typeof value === 'number';
  return isText ? [{ type, value }] : refuse('INVALID_IDENTIFIER', path, 'must be text');
}

function externalId(given: unknown, index: number): Identifier {
  const path = `context.externalIds[${index}]`;
  const { type, id, collection } = objectAt(given, path);
  const name = typeof type === 'string' ? type.toUpperCase().replaceAll('-', '_') : '';
  const known = Object.values(IdentifierType).find((candidate) => candidate === name);
  if (!known)
    return refuse('INVALID_IDENTIFIER', `${path}.type`, `must be one of ${Object.values(IdentifierType).join(', ')}`);
  if (!isGiven(id)) return refuse('INVALID_IDENTIFIER', `${path}.id`, 'must be text');
  return { type: known, namespace: collection, value: id };
}

function externalIds(given: unknown): Identifier[] {
  if (given === undefined || given === null) return [];
  if (!Array.isArray(given)) return refuse('INVALID_TYPE', 'context.externalIds', 'must be a list');
  return given.map(externalId);
}

/**
 * The previous id of an alias was an anonymous id or a user id, and the call doesn't say which: it is both, unless the
 * call itself has it as its anonymous id.
 */
function previousIds(call: Fields): Identifier[] {
  const anonymous = idAt(call, 'previousId', IdentifierType.ANONYMOUS_ID);
  if (anonymous.length === 0) return refuse('MISSING_PREVIOUS_ID', 'previousId', 'an alias names the id it replaces');
  return call.previousId === call.anonymousId
    ? anonymous
    : [...anonymous, ...idAt(call, 'previousId', IdentifierType.USER_ID)];
}

/** The identifiers of a call: user, anonymous, previous and device id, and the external ids of its context. */
export function identifiersOf(type: string, call: Fields, context: Fields): Identifier[] {
  const device = objectAt(context.device, 'context.device');
  return [
    ...idAt(call, 'userId', IdentifierType.USER_ID),
    ...idAt(call, 'anonymousId', IdentifierType.ANONYMOUS_ID),
    ...(type === 'alias' ? previousIds(call) : []),
    ...(isGiven(device.id) ? [{ type: IdentifierType.DEVICE_ID, value: device.id }] : []),
    ...externalIds(context.externalIds),
  ];
}
