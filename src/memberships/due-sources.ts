import type { TenantContext } from '../platform/context.js';

/** Somebody who looks at profiles again as time goes by. */
export interface DueSource {
  /** When somebody is due next; undefined where nobody is. */
  nextAt(ctx: TenantContext): Promise<Date | undefined>;
  /** Takes a piece of those whose time has come; whether there may be more. */
  takePiece(ctx: TenantContext): Promise<boolean>;
}

/** Several sources as one: each takes a piece in turn. */
export class DueSources implements DueSource {
  constructor(private readonly sources: readonly DueSource[]) {}

  async nextAt(ctx: TenantContext): Promise<Date | undefined> {
    const next = await Promise.all(this.sources.map((source) => source.nextAt(ctx)));
    const known = next.flatMap((at) => at?.getTime() ?? []);
    return known.length > 0 ? new Date(Math.min(...known)) : undefined;
  }

  async takePiece(ctx: TenantContext): Promise<boolean> {
    let hasMore = false;
    for (const source of this.sources) hasMore = (await source.takePiece(ctx)) || hasMore;
    return hasMore;
  }
}
