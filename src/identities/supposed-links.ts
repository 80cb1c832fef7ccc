import type { TenantContext } from '../platform/context.js';
import { concernedBy, type LinkChanges, type LinkRecord } from './link.rules.js';
import type { LinkStore } from './link.store.js';

/** What is asked of links to decide on. */
export type LinkReader = Pick<LinkStore, 'findByAccounts'>;

/** Links as they would be after a change that nobody has made. */
export class SupposedLinks implements LinkReader {
  constructor(
    private readonly links: LinkReader,
    private readonly changes: LinkChanges,
  ) {}

  async findByAccounts(ctx: TenantContext, accountIds: readonly string[]): Promise<LinkRecord[]> {
    const { added, opened, closed } = this.changes;
    const asked = new Set(accountIds);
    const stored = await this.links.findByAccounts(ctx, accountIds);
    const turned = new Map([...opened.map((id) => [id, true] as const), ...closed.map((id) => [id, false] as const)]);
    return [
      ...stored.map((link) => ({ ...link, active: turned.get(link.id) ?? link.active })),
      ...added.filter((link) => concernedBy(link).some((id) => asked.has(id))),
    ];
  }
}
