import type { TenantContext } from '../platform/context.js';
import type { Rule } from '../rules/rule.js';
import type { BookEntry } from './segment-book.js';

/** A definition as a shelf gives it; its rule is read where it is compiled alone. */
export interface ShelvedDefinition extends Omit<BookEntry, 'rule'> {
  /** False while it is being deleted: its members are let go. */
  readonly isKept: boolean;
  readonly readRule: () => Rule | null;
}

/** Where definitions are kept that are evaluated together with segments. */
export interface DefinitionShelf {
  /** All of a tenant, those being deleted among them. One command. */
  shelved(ctx: TenantContext): Promise<ShelvedDefinition[]>;
  /** Notes for which versions, and as of when, everybody was evaluated. One command. */
  evaluated(ctx: TenantContext, definitions: readonly Pick<BookEntry, 'id' | 'version'>[], at: Date): Promise<void>;
  /** Takes definitions out that nobody is a member of any more. One command. */
  remove(ctx: TenantContext, ids: readonly string[]): Promise<void>;
}
