import type { RequestContext } from '../platform/context.js';
import { idOf } from '../platform/ids.js';
import { mayBeUsed } from '../profiles/permitted-use.rules.js';
import type { ProfileListing, ProfileService } from '../profiles/profile.service.js';
import type { ProfileStore } from '../profiles/profile.store.js';
import type { ProfileConnection } from '../profiles/profile.view.js';
import type { RulePeopleService } from './rule-people.service.js';

/** Lists of profiles, also of those that a rule holds for. */
export class RuledListService {
  constructor(
    private readonly profiles: ProfileService,
    private readonly stored: ProfileStore,
    private readonly people: RulePeopleService,
  ) {}

  /** A page of profiles; with a rule in the filter, of those that it holds for now. BAD_USER_INPUT names what is wrong in it. */
  async list(ctx: RequestContext, listing: ProfileListing): Promise<ProfileConnection> {
    const rule = listing.filter?.rule;
    if (!rule) return this.profiles.list(ctx, listing);
    const asked = await this.people.ask(ctx, rule, 'filter.rule');
    return this.profiles.list(ctx, listing, async (profiles) => {
      const usable = profiles.filter((one) => mayBeUsed(one));
      const holding = await asked(
        ctx,
        usable.map((one) => this.stored.open(ctx, one).state),
      );
      return usable.filter((one) => holding.has(idOf(one._id)));
    });
  }
}
