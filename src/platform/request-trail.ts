import type { EntityClass } from './entity.js';

/** CORE values in clear that were read for a request's answer: whose, and by their places in a document of a class. */
export interface ClearRead {
  readonly id: string;
  /** Absent where the places are fields of the schema, as `QuarantinedItem.original`. */
  readonly type: EntityClass | undefined;
  readonly core: Readonly<Record<string, unknown>>;
}

/** Something that was done by a request. */
export interface Act {
  readonly action: string;
  readonly subject: string | null;
  /** OK, or the code of the error. */
  readonly outcome: string;
  /** Ids and names of fields, never values. */
  readonly details: Readonly<Record<string, string | number | readonly string[]>>;
}

/** What a request has done and read that the audit log will want to know; written down at its edge, before it is answered. */
export class RequestTrail {
  readonly clearReads: ClearRead[] = [];
  readonly acts: Act[] = [];

  get isEmpty(): boolean {
    return this.clearReads.length === 0 && this.acts.length === 0;
  }

  /** Notes that values of an object were opened for the caller; whether they are shown, the document says. */
  show(id: string, type: EntityClass | undefined, core: Readonly<Record<string, unknown>> | undefined): void {
    if (core) this.clearReads.push({ id, type, core });
  }
}
