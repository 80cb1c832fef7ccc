import type { TenantContext } from '../platform/context.js';
import type { ConsentStore } from '../privacy/consent.store.js';
import type { ProcessingLimitStore } from '../privacy/processing-limit.store.js';
import type { AnchoredFacts } from './anchored-facts.rules.js';
import type { ManualTraitStore } from './manual-trait.store.js';

/** Reads the facts that people made of accounts, of every kind. */
export class AnchoredFactService {
  constructor(
    private readonly manualTraits: ManualTraitStore,
    private readonly consents: ConsentStore,
    private readonly limits: ProcessingLimitStore,
  ) {}

  /** The facts that bind a person with these accounts. One command a kind. */
  async ofAccounts(ctx: TenantContext, accountIds: readonly string[]): Promise<AnchoredFacts> {
    const [manualTraits, consents, limits] = await Promise.all([
      this.manualTraits.findByAccounts(ctx, accountIds),
      this.consents.findByAccounts(ctx, accountIds),
      this.limits.findByAccounts(ctx, accountIds),
    ]);
    return { manualTraits, consents, limits };
  }
}
