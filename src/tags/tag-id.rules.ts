import { hashedUlid } from '../platform/ids.js';

const PREFIX = 'tag_';

/** The id of the definition with a key: always the same, so that a tenant has one definition a key. */
export function tagIdOf(key: string): string {
  return `${PREFIX}${hashedUlid('tag', key)}`;
}

/** Whether an id is that of a tag's definition. */
export function isTagId(id: string): boolean {
  return id.startsWith(PREFIX);
}
