import type { DueSource } from '../memberships/due-sources.js';
import type { TenantContext } from '../platform/context.js';
import type { CustomerNoteStore } from '../profiles/customer-note.store.js';
import type { CustomerNoteService } from './customer-note.service.js';

const PIECE = 100;

/** Looks at customers again whose stage or scores time alone may have changed. */
export class CustomerDueService implements DueSource {
  constructor(
    private readonly store: CustomerNoteStore,
    private readonly notes: CustomerNoteService,
  ) {}

  /** When somebody is due next; undefined where nobody is. One command. */
  nextAt(ctx: TenantContext): Promise<Date | undefined> {
    return this.store.nextDue(ctx);
  }

  /** Takes a piece of those whose time has come; whether there may be more. One command where nobody's has. */
  async takePiece(ctx: TenantContext): Promise<boolean> {
    const ids = await this.store.due(ctx, PIECE);
    if (ids.length > 0) await this.notes.look(ctx, ids);
    return ids.length === PIECE;
  }
}
