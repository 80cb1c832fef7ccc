import { holdsPersonalData } from '../platform/personal-data.rules.js';
import { blindIndex, type TenantKeys } from '../platform/seal.js';

/** How the log names an actor: as its token does, or by a keyed hash where that holds an address or a number. */
export function actorName(keys: TenantKeys, subject: string): string {
  return holdsPersonalData(subject) ? `hash:${blindIndex(keys, 'audit-actor', subject)}` : subject;
}
