import type { RequestContext } from '../platform/context.js';

/** Contexts made since a piece of changes came in, shared by all who read for the same kind of caller. */
export type ContextScope = Map<string, Promise<RequestContext>>;

/** Makes the context of a kind of caller; the one in `scope`, where it is given. */
export type ContextMaker = (scope?: ContextScope) => Promise<RequestContext>;
