import { EventsByMessageIdDocument, QuarantinedItemsDocument } from '../../schema/generated/operations.js';
import { type ApiClient, clientOf } from './api-client.js';
import { createTenant } from './server.js';

const CREATE_TOKEN = 'mutation ($input: ApiTokenInput!) { createApiToken(input: $input) { secret } }';

/** A tenant with a key for SDKs that send events, and a look at what came of them. */
export class EventSender {
  private constructor(
    readonly client: ApiClient,
    /** What SDKs call the write key. */
    readonly key: string,
  ) {}

  static async create(prefix: string): Promise<EventSender> {
    const client = clientOf(await createTenant(prefix));
    const input = { name: 'sdk', scopes: ['events:write'], channel: 'APP' };
    const { createApiToken } = await client.data<{ createApiToken: { secret: string } }, object>(CREATE_TOKEN, {
      input,
    });
    return new EventSender(client, createApiToken.secret);
  }

  /** Of these messages, those that are stored. */
  async stored(messageIds: readonly string[]): Promise<string[]> {
    const { eventsByMessageId } = await this.client.data(EventsByMessageIdDocument, { messageIds });
    return messageIds.filter((_, n) => eventsByMessageId[n] !== null);
  }

  /** How many events the person of a user id has. */
  async eventsOf(userId: string): Promise<number> {
    const query =
      'query ($id: IdentifierInput!) { profileByIdentifier(identifier: $id) { events(first: 100) { edges { node { id } } } } }';
    const variables = { id: { type: 'USER_ID', value: userId } };
    const found = await this.client.data<{ profileByIdentifier: { events: { edges: unknown[] } } | null }, object>(
      query,
      variables,
    );
    return found.profileByIdentifier?.events.edges.length ?? 0;
  }

  /** The refused items: their codes and messages' ids. */
  async quarantined(): Promise<[string, unknown][]> {
    const { quarantinedItems } = await this.client.data(QuarantinedItemsDocument, {});
    return quarantinedItems.edges.map(({ node }) => [node.code, (node.original as { messageId?: unknown }).messageId]);
  }
}
