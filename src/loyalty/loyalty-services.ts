import type { EventService } from '../events/event.service.js';
import { PersonsService } from '../profiles/persons.service.js';
import type { ProfileService } from '../profiles/profile.service.js';
import type { ProfileStore } from '../profiles/profile.store.js';
import type { SlotStore } from '../profiles/slot.store.js';
import type { LoyaltyStores } from '../rights/erased-collections.js';
import { CatchingUpService } from './catching-up.service.js';
import { EarningService } from './earning.service.js';
import { ExpiringService } from './expiring.service.js';
import { LedgerService } from './ledger.service.js';
import { LedgerListService } from './ledger-list.service.js';
import { LoyaltyService, type OpenProgramme } from './loyalty.service.js';
import { ReferralService } from './referral.service.js';
import { RefundingService } from './refunding.service.js';
import { RewardingService } from './rewarding.service.js';
import { SettlingService } from './settling.service.js';

/** What the programme works with. */
export interface LoyaltyServicesParts {
  readonly stores: LoyaltyStores;
  readonly profileStore: ProfileStore;
  readonly slots: SlotStore;
  readonly profiles: ProfileService;
  readonly events: EventService;
  readonly open: OpenProgramme;
}

/** The loyalty programme, wired to one database. */
export function createLoyalty({ stores, profileStore, slots, profiles, events, open }: LoyaltyServicesParts) {
  const { entries, wallets } = stores;
  const persons = new PersonsService(profileStore, slots);
  const ledger = new LedgerService(entries, wallets);
  const settling = new SettlingService(ledger, wallets, persons);
  const rewarding = new RewardingService(ledger);
  const refunding = new RefundingService(ledger, entries, persons);
  const referrals = new ReferralService(stores.referrals, wallets, persons, rewarding);
  const earning = new EarningService({ events, slots, persons, rewarding, refunding, referrals, settling });
  return {
    loyalty: new LoyaltyService({ ledger, wallets, persons, settling, referrals, profiles, open }),
    ledgerLists: new LedgerListService(entries, wallets, persons),
    earning,
    jobKinds: [new ExpiringService(wallets, ledger), new CatchingUpService(earning)],
  };
}
