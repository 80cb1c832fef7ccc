import { isClosed } from '../access/closed-fields.js';
import type { Channel } from '../channels/channel.js';
import type { RequestContext } from '../platform/context.js';
import { AppError, badInput, notFound } from '../platform/errors.js';
import { untilWritten } from '../platform/retry.js';
import { ConsentPurpose } from '../privacy/consent-purpose.js';
import { consentState } from '../privacy/consent-state.rules.js';
import type { Person, PersonsService } from '../profiles/persons.service.js';
import type { Profile } from '../profiles/profile.entity.js';
import type { ProfileService } from '../profiles/profile.service.js';
import { storedOf } from '../profiles/profile-view.js';
import type { Contact } from './contact.entity.js';
import type { ContactStore } from './contact.store.js';
import { capOf, careOf, longestOf } from './contact-care.js';
import { contactPolicyAt, isWantedIn, windowStart } from './contact-care.rules.js';
import type { ContactPolicy } from './contact-policy.view.js';

const LONGEST_CAMPAIGN = 200;

/** What a sender is about to send. */
export interface AskedContact {
  readonly channel: Channel;
  readonly campaign: string | null;
}

/** Sees to it that customers are contacted no more often, and no otherwise, than the tenant and they want. */
export class ContactCareService {
  constructor(
    private readonly contacts: ContactStore,
    private readonly persons: PersonsService,
    private readonly profiles: ProfileService,
  ) {}

  /**
   * Whether a customer may be contacted for MARKETING now, in a channel or in any. One command for all profiles of a
   * request.
   */
  async policyOf(ctx: RequestContext, profile: Profile, channel: Channel | null): Promise<ContactPolicy> {
    const person = await this.persons.personOf(ctx, storedOf(profile) ?? notThere(profile.id));
    const contacts = ctx.loaders.of<Contact[]>('contacts', (ids) =>
      this.contacts.since(ctx, ids, windowStart(ctx.now(), longestOf(careOf(ctx.settings.contactCare)))),
    );
    const found = await contacts.loadMany([...person.accountIds]);
    return this.judge(ctx, person, found.flatMap(contactsIn), channel);
  }

  /**
   * Takes one slot of a customer's policy and returns what is left of it; to be called before a message is sent. Of several
   * senders no more get one than there are. CONFLICT with `details.reason` and `details.nextAllowedAt` where the policy
   * does not allow it; then nothing is written.
   */
  async record(ctx: RequestContext, profileId: string, asked: AskedContact): Promise<ContactPolicy> {
    const campaign = readCampaign(asked.campaign);
    const { id } = await this.visible(ctx, profileId);
    let taken: ContactPolicy | undefined;
    await untilWritten('contacts', async () => {
      const person = (await this.persons.ofProfiles(ctx, [id])).get(id) ?? notThere(profileId);
      taken = await this.take(ctx, person, { ...asked, campaign });
      return taken !== undefined;
    });
    return taken ?? notThere(profileId);
  }

  /** Takes a slot; undefined where another sender took one at the same moment. */
  private async take(ctx: RequestContext, person: Person, asked: AskedContact): Promise<ContactPolicy | undefined> {
    const at = ctx.now();
    const since = windowStart(at, this.capOf(ctx, person));
    // the number first: whoever takes a slot after it was read takes this one's number too
    const number = (await this.contacts.lastNumber(ctx, person.founder)) + 1;
    const found = [...(await this.contacts.since(ctx, person.accountIds, since)).values()].flat();
    const policy = this.judge(ctx, person, found, asked.channel);
    if (!policy.allowed) throw refusal(policy);
    const contact = { ...asked, accountId: person.founder, number, by: ctx.principal.subject, at };
    if (!(await this.contacts.add(ctx, contact))) return undefined;
    return this.judge(ctx, person, [...found, contact], asked.channel);
  }

  private judge(
    ctx: RequestContext,
    person: Person,
    contacts: readonly Pick<Contact, 'at'>[],
    channel: Channel | null,
  ): ContactPolicy {
    const { settings } = ctx;
    const { quietHours, preferenceTrait } = careOf(settings.contactCare);
    const at = ctx.now();
    return contactPolicyAt(at, {
      cap: this.capOf(ctx, person),
      contacts: contacts.map((contact) => contact.at),
      quietHours,
      timeZone: settings.timeZone,
      consent: consentState(person.state, { purpose: ConsentPurpose.MARKETING, channel }, at, settings),
      isWanted: isWantedIn(person.state.traits.custom[preferenceTrait], channel),
    });
  }

  private capOf({ settings }: RequestContext, { tier }: Person) {
    return capOf(careOf(settings.contactCare), tier);
  }

  private async visible(ctx: RequestContext, profileId: string): Promise<Profile> {
    const profile = await this.profiles.get(ctx, profileId);
    if (isClosed(profile, 'contactPolicy'))
      throw new AppError(
        'CONSENT_REQUIRED',
        'profileId: the customer has not consented to the purposes of this request.',
      );
    return profile;
  }
}

function contactsIn(found: Contact[] | Error | null): Contact[] {
  if (found instanceof Error) throw found;
  return found ?? [];
}

function readCampaign(campaign: string | null): string | null {
  const name = campaign?.trim() ?? null;
  if (name !== null && (name === '' || name.length > LONGEST_CAMPAIGN))
    throw badInput('campaign', `must be text of 1 to ${LONGEST_CAMPAIGN} characters`);
  return name;
}

function refusal({ reason, nextAllowedAt }: ContactPolicy): AppError {
  const next = nextAllowedAt?.toISOString() ?? null;
  const when = next ? `; ask again after ${next}` : '';
  return new AppError('CONFLICT', `profileId: the customer must not be contacted now (${reason})${when}.`, {
    path: 'profileId',
    reason,
    nextAllowedAt: next,
  });
}

function notThere(profileId: string): never {
  throw notFound(`The profile ${profileId}`);
}
