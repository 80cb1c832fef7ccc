import {
  AdjustPointsDocument,
  LoyaltyDocument,
  LoyaltyEntriesDocument,
  type LoyaltyEntriesQuery,
  type LoyaltyQuery,
  PostPointsDocument,
  RecordReferralDocument,
  TenantSettingsDocument,
  UpdateTenantSettingsDocument,
} from '../../schema/generated/operations.js';
import { type ApiClient, present } from './api-client.js';
import { eventually } from './eventually.js';

type Standing = NonNullable<NonNullable<LoyaltyQuery['profile']>['loyalty']>;
type Entry = NonNullable<NonNullable<LoyaltyEntriesQuery['profile']>['loyaltyEntries']>['edges'][number]['node'];

/** What a test does to a loyalty programme over the API. */
export class LoyaltyClient {
  constructor(private readonly client: ApiClient) {}

  /** The tenant's decision on its programme. */
  async decide(loyalty: unknown): Promise<void> {
    const { version } = (await this.client.data(TenantSettingsDocument, {})).tenantSettings;
    await this.client.data(UpdateTenantSettingsDocument, { settings: { loyalty }, expectedVersion: version });
  }

  async post(profileId: string, points: number, reference: string) {
    return (await this.client.data(PostPointsDocument, { profileId, points, reason: 'A test', reference })).postPoints;
  }

  async adjust(profileId: string, points: number, reference: string) {
    const variables = { profileId, points, reason: 'A test', reference };
    return (await this.client.data(AdjustPointsDocument, variables)).adjustPoints;
  }

  async refer(profileId: string, code: string) {
    return (await this.client.data(RecordReferralDocument, { profileId, code })).recordReferral;
  }

  /** A customer's place in the programme; null where they take no part. */
  async standing(id: string): Promise<Standing | null> {
    return (await this.client.data(LoyaltyDocument, { id })).profile?.loyalty ?? null;
  }

  /** The code that a customer gives away. */
  async codeOf(id: string): Promise<string> {
    return present(await this.standing(id)).referralCode;
  }

  /** A customer's place once they have so many points. */
  async withPoints(id: string, points: number): Promise<Standing> {
    return present(
      await eventually(
        () => this.standing(id),
        (found) => (found?.points ?? 0) === points,
        120_000,
      ),
    );
  }

  /** All entries of a customer, newest first, by pages of a size. */
  async entries(id: string, first = 100): Promise<Entry[]> {
    const all: Entry[] = [];
    for (let after: string | null = null; ; ) {
      const answer: LoyaltyEntriesQuery = await this.client.data(LoyaltyEntriesDocument, { id, first, after });
      const { edges, pageInfo } = present(answer.profile?.loyaltyEntries);
      all.push(...edges.map(({ node }) => node));
      if (!pageInfo.hasNextPage) return all;
      after = pageInfo.endCursor ?? null;
    }
  }
}
