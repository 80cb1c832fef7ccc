import { badInput } from '../platform/errors.js';
import { isTagId } from '../tags/tag-id.rules.js';

/** How many segments may stand one in the other. */
const DEEPEST = 10;

/** Segments and tags by id, each with those that its rule names. */
export type SegmentGraph = ReadonlyMap<string, readonly string[]>;

/** The way from one segment to another along what their rules name, both included; undefined where there is none. */
function wayBetween(from: string, to: string, graph: SegmentGraph): string[] | undefined {
  const cameFrom = new Map<string, string | null>([[from, null]]);
  for (const segment of cameFrom.keys()) {
    if (segment === to) return trace(to, cameFrom);
    for (const next of graph.get(segment) ?? []) if (!cameFrom.has(next)) cameFrom.set(next, segment);
  }
  return undefined;
}

function trace(end: string, cameFrom: ReadonlyMap<string, string | null>): string[] {
  const way: string[] = [];
  for (let at: string | null = end; at !== null; at = cameFrom.get(at) ?? null) way.unshift(at);
  return way;
}

/** How many levels of segments lead on from one, counted to 11 at most. */
function levelsFrom(segment: string, graph: SegmentGraph): number {
  let level = new Set([segment]);
  for (let depth = 0; depth <= DEEPEST; depth++) {
    level = new Set([...level].flatMap((one) => graph.get(one) ?? []));
    if (level.size === 0) return depth;
  }
  return DEEPEST + 1;
}

function reversed(graph: SegmentGraph): SegmentGraph {
  const users = new Map<string, string[]>();
  for (const [segment, named] of graph) for (const one of named) users.set(one, (users.get(one) ?? []).concat(segment));
  return users;
}

/** BAD_USER_INPUT where a rule names a segment that isn't known, that leads back to its own, or that stands on too many others. */
export function refuseReference(segment: string, place: string, own: string | null, graph: SegmentGraph): void {
  if (isTagId(segment) || !graph.has(segment)) throw badInput(place, 'is no known segment');
  refuseLoop(segment, place, own, graph);
}

/** BAD_USER_INPUT where a segment or tag that a rule names leads back to the rule's own, or stands on too many others. */
export function refuseLoop(named: string, place: string, own: string | null, graph: SegmentGraph): void {
  const what = isTagId(named) ? 'tag' : 'segment';
  const way = own === null ? undefined : wayBetween(named, own, graph);
  if (way) throw badInput(place, `makes a cycle: the ${what} named leads back to this one`, { cycle: [own, ...way] });
  const above = own === null ? 0 : levelsFrom(own, reversed(graph));
  if (above + levelsFrom(named, graph) + 1 > DEEPEST)
    throw badInput(place, `makes more than ${DEEPEST} levels of segments that stand one in the other`);
}
