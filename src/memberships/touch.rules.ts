import { ASSIGNED } from '../platform/changed-paths.rules.js';
import { holdsPersonalData } from '../platform/personal-data.rules.js';
import { ConsentPurpose } from '../privacy/consent-purpose.js';
import type { RuleIndex, Change as Touch } from '../rules/rule-index.rules.js';
import type { SubjectEvent } from '../rules/subject.js';

/** A change of a profile, as far as it touches rules. */
export interface ProfileTouch {
  readonly kind: string;
  readonly paths: readonly string[];
  /** The events that came with it, in clear. */
  readonly events: readonly SubjectEvent[];
}

/** After these the profile is another: every rule is asked. */
const WHOLE_KINDS = new Set(['CREATED', 'MERGED', 'SPLIT', 'ERASED']);
const WHOLE_PATHS = new Set(['mergedIds', 'accounts', 'withheld', 'lists']);

/** What can be felt of a change, with what it is called. */
function touchesOf({ paths, events }: ProfileTouch): { readonly name: string; readonly touch: Touch }[] {
  return [
    ...events.map((event) => ({ name: nameOf(event), touch: { kind: 'event', event } as const })),
    ...paths.flatMap((path) => touchesOfPath(path).map((touch) => ({ name: path, touch }))),
  ];
}

/**
 * The segments and tags whose rules a change can touch; undefined where all of them, as after a tag was put on or taken
 * off that the index doesn't know yet.
 */
export function touchedBy(change: ProfileTouch, index: RuleIndex): Set<string> | undefined {
  if (WHOLE_KINDS.has(change.kind) || change.paths.some((path) => WHOLE_PATHS.has(path))) return undefined;
  const touched = touchesOf(change).map(({ touch }) => ({ touch, ids: index.touched(touch) }));
  if (touched.some(({ touch, ids }) => touch.kind === 'tag' && ids.size === 0)) return undefined;
  return new Set(touched.flatMap(({ ids }) => [...ids]));
}

function touchesOfPath(path: string): Touch[] {
  if (path === 'traits.custom') return [{ kind: 'trait', trait: null }];
  if (path === 'traits.birthday') return [{ kind: 'trait', trait: 'birthday' }, ...CONSENTS]; // a child's are weighed otherwise
  if (path.startsWith(ASSIGNED)) return [{ kind: 'tag', key: path.slice(ASSIGNED.length) }];
  if (path.startsWith('traits.')) return [{ kind: 'trait', trait: path.slice('traits.'.length) }];
  return path === 'consents' ? CONSENTS : [];
}

const CONSENTS: Touch[] = Object.values(ConsentPurpose).map((key) => ({ kind: 'consent', key }));

/** The name of an event, unless it tells of a person. */
function nameOf({ name }: SubjectEvent): string {
  return holdsPersonalData(name) ? 'event' : `event ${name}`;
}

/** What people are told that a profile was looked at for: the first thing in a change that touches a rule. */
export function reasonOf(change: ProfileTouch, index: RuleIndex): string {
  const { kind, paths } = change;
  if (kind === 'MERGED' || paths.includes('mergedIds')) return 'merge';
  if (kind === 'SPLIT') return 'unmerge';
  const touching = touchesOf(change).find(({ touch }) => index.touched(touch).size > 0);
  return touching?.name ?? paths[0] ?? kind.toLowerCase();
}
