import type { ContainerType } from 'type-graphql';
import { ApiTokenResolver } from './access/api-token.resolver.js';
import { IdentityResolver } from './identities/identity.resolver.js';
import { IngestionResolver } from './ingestion/ingestion.resolver.js';
import { JourneyResolver } from './lifecycle/journey.resolver.js';
import { ChannelAccountsResolver } from './profiles/channel-accounts.resolver.js';
import { NodeResolver } from './profiles/node.resolver.js';
import { ProfileResolver } from './profiles/profile.resolver.js';
import { EventProfileResolver, ProfileEventsResolver } from './profiles/profile-events.resolver.js';
import type { Services } from './services.js';
import { TenantResolver } from './tenants/tenant.resolver.js';

type ResolverClass = new (...services: never[]) => object;

/** The resolvers with their services; one that needs none is made at its first use. */
export function containerOf(services: Services): ContainerType {
  const resolvers = new Map<unknown, object>([
    [ApiTokenResolver, new ApiTokenResolver(services.apiTokens)],
    [ChannelAccountsResolver, new ChannelAccountsResolver(services.channelAccounts)],
    [EventProfileResolver, new EventProfileResolver(services.profiles)],
    [IdentityResolver, new IdentityResolver(services.lookUps, services.merges)],
    [IngestionResolver, new IngestionResolver(services.ingestion, services.quarantine)],
    [JourneyResolver, new JourneyResolver(services.histories)],
    [NodeResolver, new NodeResolver(services.profiles, services.accountViews, services.events)],
    [ProfileEventsResolver, new ProfileEventsResolver(services.histories)],
    [ProfileResolver, new ProfileResolver(services.profiles, services.manualTraits)],
    [TenantResolver, new TenantResolver(services.tenants)],
  ]);
  return {
    get(type: ResolverClass) {
      const known = resolvers.get(type);
      if (known) return known;
      if (type.length > 0) throw new Error(`${type.name} needs services and resolvers.ts gives it none.`);
      const made = new type();
      resolvers.set(type, made);
      return made;
    },
  };
}
