import { beforeAll, describe, expect, test } from '@jest/globals';
import {
  type IdentifierInput,
  MergeProfilesDocument,
  PreviewMergeDocument,
  type PreviewMergeQuery,
  PreviewUnmergeDocument,
  SetTraitDocument,
  UnmergeProfileDocument,
  UpdateTenantSettingsDocument,
} from '../../schema/generated/operations.js';
import { requestContext } from '../../src/access/request-context.js';
import { loadConfig } from '../../src/config.js';
import { Link } from '../../src/identities/link.entity.js';
import { Change } from '../../src/platform/changes.js';
import { Profile } from '../../src/profiles/profile.entity.js';
import { createServices } from '../../src/services.js';
import { type ApiClient, clientOf, present } from '../support/api-client.js';
import { idBy, type Profile360, profileIdOf, profileOf } from '../support/profile-reader.js';
import {
  byEmail,
  byOpenId,
  byPhone,
  byUnionId,
  byUser,
  daysAgo,
  eventOf,
  identify,
  phoneNumber,
  sendAll,
} from '../support/sample-events.js';
import { createTenant, withDatabase } from '../support/server.js';
import { testServer } from '../support/test-server.js';

type Preview = PreviewMergeQuery['previewMerge'];

const NOBODY = 'prf_00000000000000000000000000';
const TODAY = () => new Date().toISOString().slice(0, 10);

let tenant: string;
let admin: ApiClient;
beforeAll(async () => {
  tenant = await createTenant('previewing');
  admin = clientOf(tenant);
});

let made = 0;
const fresh = () => {
  made += 1;
  return made;
};
const newUser = () => byUser(`previewed-${fresh()}`);
const newEmail = () => byEmail(`previewed-${fresh()}@example.org`);
const newPhone = () => byPhone(phoneNumber(3_000 + fresh()));

const idOf = (identifier: IdentifierInput) => idBy(admin, identifier);

/** One person of one event, and the profile's id. */
async function person(traits: Record<string, unknown> = {}, identifiers: IdentifierInput[] = [newUser()]) {
  const [known] = identifiers as [IdentifierInput];
  await sendAll(admin, [identify({ identifiers, traits, occurredAt: daysAgo(20) })]);
  return { known, id: await idOf(known) };
}

/** A profile that is there, as a preview shows it. */
function asPreviewed({ id, traits, identifiers, channelAccounts, events, withheld, ...profile }: Profile360) {
  const accountIds = (channelAccounts ?? []).map((account) => account.id).sort();
  const { mergedIds, firstSeenAt, lastSeenAt } = profile;
  return {
    ...{ id, traits, identifiers, accountIds, accountCount: accountIds.length, mergedIds, firstSeenAt, lastSeenAt },
    recentEvents: events?.edges.length,
    withheld: withheld.map(({ path }) => path),
  };
}

const shown = (ids: readonly string[]) => Promise.all(ids.map(async (id) => asPreviewed(await profileOf(admin, id))));
const idsIn = (profiles: readonly object[]) => profiles.map((profile) => String((profile as { id: string }).id));

async function previewMerge(into: string, ...from: string[]): Promise<Preview> {
  return (await admin.data(PreviewMergeDocument, { into, from })).previewMerge;
}

async function previewUnmerge(profileId: string, ...accountIds: string[]): Promise<Preview> {
  return (await admin.data(PreviewUnmergeDocument, { profileId, accountIds })).previewUnmerge;
}

function merge(into: string, ...from: string[]) {
  return admin.data(MergeProfilesDocument, { into, from, reason: 'They told us.' });
}

function unmerge(profileId: string, ...accountIds: string[]) {
  return admin.data(UnmergeProfileDocument, { profileId, accountIds, reason: 'They are two.' });
}

/** The account of a profile that is known by a value. */
async function accountOf(profileId: string, { value }: IdentifierInput): Promise<string> {
  const { channelAccounts } = await profileOf(admin, profileId);
  return present(channelAccounts?.find(({ externalId }) => externalId === value)).id;
}

/** What was previewed is what the deed then makes, and `before` what there was. */
async function comesTrue(preview: Preview, deed: () => Promise<unknown>): Promise<void> {
  expect(preview.before).toEqual(await shown(idsIn(preview.before)));
  await deed();
  expect(preview.after).toEqual(await shown(idsIn(preview.after)));
  expect([preview.segmentsEntered, preview.segmentsExited]).toEqual([[], []]);
}

describe('a preview shows what the deed then makes', () => {
  test('of a merge of three, one of whom was merged before', async () => {
    const a = await person({ name: '王伟', city: '杭州' });
    const b = await person({ gender: 'FEMALE', taste: 'tea' });
    const [c, d] = [await person({ city: '上海' }), await person()];
    await merge(b.id, d.id);
    await admin.data(SetTraitDocument, { profileId: c.id, trait: 'city', value: '北京', reason: 'A call.' });
    await sendAll(admin, [eventOf({ identifiers: [c.known], occurredAt: daysAgo(1) })]);
    const preview = await previewMerge(c.id, a.id, b.id);
    expect(idsIn(preview.before)).toEqual([c.id, a.id, b.id]);
    expect(preview.after).toEqual([expect.objectContaining({ id: c.id, accountCount: 4, recentEvents: 5 })]);
    await comesTrue(preview, () => merge(c.id, a.id, b.id));
  });

  test('of a merge of those who were taken apart, and of an unmerge of those who were merged again', async () => {
    const [a, b] = [await person({ name: '王伟' }), await person({ city: '上海' })];
    await merge(a.id, b.id);
    const account = await accountOf(a.id, b.known);
    for (let round = 0; round < 2; round += 1) {
      const parting = await previewUnmerge(a.id, account);
      expect(idsIn(parting.after)).toEqual([a.id, b.id]);
      await comesTrue(parting, () => unmerge(a.id, account));
      const merging = await previewMerge(a.id, b.id);
      expect(idsIn(merging.after)).toEqual([a.id]);
      await comesTrue(merging, () => merge(a.id, b.id));
    }
  });

  test('of a merge and an unmerge of a profile with more accounts than it keeps copies of', async () => {
    const [mail, a] = [newEmail(), await person({ name: '王伟' })];
    const tills = Array.from({ length: 70 }, (_, n) =>
      identify({
        channel: 'STORE',
        identifiers: [byOpenId(`till-${made}-${n}`, 'till'), mail],
        occurredAt: daysAgo(30 + n / 100),
      }),
    );
    await sendAll(admin, tills);
    const many = await idOf(mail);
    const withoutAccounts = ({ accountIds: _ids, accountCount: _count, ...rest }: ReturnType<typeof asPreviewed>) =>
      rest;
    const asShown = async ({ after }: Preview) =>
      expect((after as ReturnType<typeof asPreviewed>[]).map(withoutAccounts)).toEqual(
        (await shown(idsIn(after))).map(withoutAccounts),
      );
    const merging = await previewMerge(a.id, many);
    expect(merging.after).toEqual([expect.objectContaining({ id: a.id, accountCount: 71 })]);
    await merge(a.id, many);
    await asShown(merging);
    const account = await accountOf(a.id, a.known);
    const parting = await previewUnmerge(a.id, account);
    expect(parting.after).toEqual([
      expect.objectContaining({ id: a.id, accountCount: 1 }),
      expect.objectContaining({ id: many, accountCount: 70 }),
    ]);
    await unmerge(a.id, account);
    await asShown(parting);
  });

  test('of an unmerge, after which a profile has the id again that it had before', async () => {
    const mail = newEmail();
    const founder = newUser();
    const [a, b, c] = await Promise.all([
      person({ name: '王伟' }),
      person({ city: '上海' }, [founder, mail]),
      person(),
    ]);
    await sendAll(admin, [identify({ channel: 'CRM', identifiers: [mail], occurredAt: daysAgo(40) })]);
    await merge(a.id, b.id, c.id);
    const leaving = await Promise.all([founder, mail].map((identifier) => accountOf(a.id, identifier)));
    const preview = await previewUnmerge(a.id, ...leaving);
    expect(idsIn(preview.after)).toEqual([a.id, b.id]);
    await comesTrue(preview, () => unmerge(a.id, ...leaving));
    expect(await idOf(founder)).toBe(b.id);
  });

  test('of an unmerge of accounts that never had a profile of their own', async () => {
    const [mail, phone, user] = [newEmail(), newPhone(), newUser()];
    const { id } = await person({ name: '王伟' }, [user, mail]);
    await sendAll(admin, [
      identify({ channel: 'CRM', identifiers: [phone, mail], traits: { city: '上海' }, occurredAt: daysAgo(9) }),
    ]);
    const preview = await previewUnmerge(id, await accountOf(id, phone));
    expect(preview.after).toHaveLength(2);
    await comesTrue(preview, async () => unmerge(id, await accountOf(id, phone)));
    expect(idsIn(preview.after)).toContain(await idOf(phone));
  });

  test('of an unmerge of what bridges two others', async () => {
    const [mail, phone, user] = [newEmail(), newPhone(), newUser()];
    const { id } = await person({ name: '王伟' }, [user, mail]);
    await sendAll(admin, [
      identify({ channel: 'CRM', identifiers: [phone, mail], occurredAt: daysAgo(9) }),
      identify({ channel: 'STORE', identifiers: [byOpenId('till', 'till'), phone], occurredAt: daysAgo(8) }),
    ]);
    const bridge = await accountOf(id, phone);
    const preview = await previewUnmerge(id, bridge);
    expect(preview.after).toHaveLength(3);
    expect(preview.warnings).toContain('The accounts that are left would become 2 profiles: nothing else links them.');
    await comesTrue(preview, () => unmerge(id, bridge));
  });

  test('of an unmerge after which an account goes to a profile that nobody named', async () => {
    const [mail, phone] = [newEmail(), newPhone()];
    const [byMail, byCall] = [newUser(), newUser()];
    await sendAll(admin, [
      identify({ identifiers: [byMail, mail], occurredAt: daysAgo(9) }),
      identify({ channel: 'APP', identifiers: [byCall, phone], occurredAt: daysAgo(8) }),
      identify({ channel: 'CRM', identifiers: [phone, mail], traits: { city: '上海' }, occurredAt: daysAgo(7) }),
    ]);
    const [mailId, callId] = [await idOf(byMail), await idOf(byCall)];
    expect(await idOf(phone)).toBe(callId);
    const preview = await previewUnmerge(callId, await accountOf(callId, phone));
    expect(idsIn(preview.after).sort()).toEqual([callId, mailId].sort());
    expect(preview.warnings).toContain(`${mailId}, which was not named, would gain or lose accounts, too.`);
    await comesTrue(preview, async () => unmerge(callId, await accountOf(callId, phone)));
    expect((await profileOf(admin, mailId)).channelAccounts).toHaveLength(2);
  });

  test('of people who hold a number that too many hold', async () => {
    const own = clientOf(await createTenant('previewing-2'));
    await own.data(UpdateTenantSettingsDocument, { settings: { sharedByMost: 1 }, expectedVersion: 1 });
    const shops = ['王伟', '李娜', '张敏'].map((name, n) =>
      identify({
        channel: 'STORE',
        identifiers: [byOpenId(`shared-${n}`, 'till'), byPhone(phoneNumber(2_999))],
        traits: { name },
      }),
    );
    await sendAll(own, shops);
    const ids = await Promise.all([0, 1, 2].map((n) => profileIdOf(own, byOpenId(`shared-${n}`, 'till'))));
    const [into, from] = ids.map(present) as [string, string];
    const numbers = (profiles: readonly object[]) =>
      (profiles as Profile360[]).map(({ identifiers }) => identifiers.filter(({ type }) => type === 'PHONE'));
    const { previewMerge: merging } = await own.data(PreviewMergeDocument, { into, from: [from] });
    expect(numbers(merging.after)).toEqual([[expect.objectContaining({ linking: false })]]);
    await own.data(MergeProfilesDocument, { into, from: [from], reason: 'They told us.' });
    const one = asPreviewed(await profileOf(own, into));
    expect(merging.after).toEqual([one]);
    const accountIds = one.accountIds.slice(1);
    const { previewUnmerge: parting } = await own.data(PreviewUnmergeDocument, { profileId: into, accountIds });
    await own.data(UnmergeProfileDocument, { profileId: into, accountIds, reason: 'They are two.' });
    const parted = await Promise.all(idsIn(parting.after).map(async (id) => asPreviewed(await profileOf(own, id))));
    expect(parting.after).toEqual(parted);
    expect(numbers(parting.after).flat()).toEqual(parted.map(() => expect.objectContaining({ linking: false })));
  });
});

describe('nothing is written', () => {
  const stored = () =>
    withDatabase(async (database) =>
      Promise.all(
        [Profile, Link, Change].map((type) =>
          database
            .collection(type as typeof Profile)
            .find({ tenantId: tenant })
            .sort({ _id: 1 })
            .toArray(),
        ),
      ),
    );

  test('by either preview', async () => {
    const [a, b] = await Promise.all([person({ name: '王伟' }), person({ name: '李娜' })]);
    await merge(a.id, b.id);
    const c = await person();
    const before = await stored();
    await previewMerge(a.id, c.id);
    await previewUnmerge(a.id, await accountOf(a.id, b.known));
    expect(await stored()).toEqual(before);
  });
});

describe('warnings', () => {
  test.each([
    [
      'another birthday',
      { birthday: '1985-03-12' },
      { birthday: '1992-07-25' },
      'their birthdays differ in a way that no slip explains',
    ],
    ['twins', { name: '王伟', birthday: '1985-03-12' }, { name: '王强', birthday: '1985-03-12' }, 'they may be twins'],
  ])('name %s', async (_, left, right, said) => {
    const [a, b] = await Promise.all([
      person(left, [byOpenId(`o-${fresh()}`)]),
      person(right, [byOpenId(`o-${fresh()}`)]),
    ]);
    const { warnings } = await previewMerge(a.id, b.id);
    expect(warnings).toEqual([expect.stringContaining(said)]);
    expect(warnings[0]).toContain(b.id);
  });

  test('name two union ids with two names, and limits', async () => {
    const [a, b] = await Promise.all([
      person({ name: '王伟' }, [byUnionId(`u-${fresh()}`)]),
      person({ name: '李娜' }, [byUnionId(`u-${fresh()}`)]),
    ]);
    expect((await previewMerge(a.id, b.id)).warnings.join()).toContain('different union ids of one platform');
    const [c, d] = await Promise.all([person(), person()]);
    expect((await previewMerge(c.id, d.id)).warnings).toEqual([
      `Against merging ${d.id} speaks that one person may have 1 USER_ID, and together there would be more.`,
    ]);
  });

  test('say that people decided otherwise before, and when', async () => {
    const [a, b] = await Promise.all([person({}, [byOpenId(`o-${fresh()}`)]), person({}, [byOpenId(`o-${fresh()}`)])]);
    expect((await previewMerge(a.id, b.id)).warnings).toEqual([]);
    await merge(a.id, b.id);
    const account = await accountOf(a.id, b.known);
    const overriding = `On ${TODAY()} a person merged what would be parted; this would override it.`;
    expect((await previewUnmerge(a.id, account)).warnings).toEqual([overriding]);
    await unmerge(a.id, account);
    const { warnings } = await previewMerge(a.id, b.id);
    expect(warnings).toEqual([`On ${TODAY()} a person took accounts of these profiles apart; this would override it.`]);
  });

  test('say what binds those that stay to those that leave', async () => {
    const [mail, phone, user] = [newEmail(), newPhone(), newUser()];
    const { id } = await person({}, [user, mail, phone]);
    await sendAll(admin, [identify({ channel: 'CRM', identifiers: [phone, mail] })]);
    const [stays, leaves] = [await accountOf(id, user), await accountOf(id, phone)];
    expect((await previewUnmerge(id, leaves)).warnings).toEqual([
      `${stays}, which stays, shares 2 identifiers with the accounts that leave.`,
    ]);
  });

  test('say that the accounts named would not stay together', async () => {
    const [mail, phone, user] = [newEmail(), newPhone(), newUser()];
    const { id } = await person({}, [user, mail, phone]);
    await sendAll(admin, [
      identify({ channel: 'CRM', identifiers: [mail] }),
      identify({ channel: 'STORE', identifiers: [phone] }),
    ]);
    const accounts = await Promise.all([mail, phone].map((known) => accountOf(id, known)));
    expect((await previewUnmerge(id, ...accounts)).warnings).toContain(
      'The accounts named would become 2 profiles: nothing else links them.',
    );
  });
});

describe('what makes no sense is refused as by the deed', () => {
  test.each([
    ['an unknown survivor', (id: string) => ({ into: NOBODY, from: [id] })],
    ['an unknown profile', (id: string) => ({ into: id, from: [NOBODY] })],
    ['itself', (id: string) => ({ into: id, from: [id] })],
    ['nobody', (id: string) => ({ into: id, from: [] as string[] })],
    ['too many', (id: string) => ({ into: id, from: Array.from({ length: 51 }, () => NOBODY) })],
  ])('a merge with %s', async (_, of) => {
    const variables = of((await person()).id);
    const previewed = await admin.ask(PreviewMergeDocument, variables);
    const done = await admin.ask(MergeProfilesDocument, { ...variables, reason: 'They told us.' });
    expect(previewed.errors).toHaveLength(1);
    expect(faultOf(previewed)).toEqual(faultOf(done));
  });

  test.each([
    ['an unknown profile', (_id: string, own: string) => ({ profileId: NOBODY, accountIds: [own] })],
    ['an account of nobody', (id: string) => ({ profileId: id, accountIds: ['acc_x'] })],
    ['all accounts', (id: string, own: string) => ({ profileId: id, accountIds: [own] })],
    ['no account', (id: string) => ({ profileId: id, accountIds: [] as string[] })],
    ['too many', (id: string, own: string) => ({ profileId: id, accountIds: Array.from({ length: 51 }, () => own) })],
  ])('an unmerge of %s', async (_, of) => {
    const { id, known } = await person();
    const variables = of(id, await accountOf(id, known));
    const previewed = await admin.ask(PreviewUnmergeDocument, variables);
    const done = await admin.ask(UnmergeProfileDocument, { ...variables, reason: 'They are two.' });
    expect(previewed.errors).toHaveLength(1);
    expect(faultOf(previewed)).toEqual(faultOf(done));
  });

  test('who may not merge may not preview it, and another tenant knows none of it', async () => {
    const [a, b] = await Promise.all([person(), person()]);
    const variables = { into: a.id, from: [b.id] };
    for (const role of ['MARKETER', 'ANALYST', 'PRIVACY_OFFICER', 'VIEWER']) {
      const client = clientOf(tenant, [role]);
      expect(await client.codes(PreviewMergeDocument, variables)).toEqual(['FORBIDDEN']);
      const parting = { profileId: a.id, accountIds: ['acc_x'] };
      expect(await client.codes(PreviewUnmergeDocument, parting)).toEqual(['FORBIDDEN']);
    }
    const stranger = clientOf(await createTenant('previewing-3'));
    expect(await stranger.codes(PreviewMergeDocument, variables)).toEqual(['NOT_FOUND']);
  });
});

function faultOf({ errors }: { readonly errors: readonly { message: string; extensions: object }[] | undefined }) {
  return errors?.map(({ message, extensions }) => ({ message, extensions: { ...extensions, requestId: '' } }));
}

test('a caller who may merge and not see personal data sees masks, before and after', async () => {
  const phone = newPhone();
  const [a, b] = await Promise.all([
    person({ name: '王小伟', city: '杭州' }),
    person({ email: 'previewed.secret@example.org' }, [newUser(), phone]),
  ]);
  const masked = await withDatabase(async (database) => {
    const { dataDir, jwtSecret, masterKey } = testServer();
    const config = loadConfig({ DATA_DIR: dataDir, JWT_SECRET: jwtSecret, MASTER_KEY: masterKey });
    const services = await createServices({ config, database });
    await services.policies.use('p, TEMP, *, profiles:read, *, allow\np, TEMP, *, identities:write, *, allow');
    const who = { kind: 'USER', tenantId: tenant, subject: 'temp', roles: ['TEMP'], purposes: ['SERVICE'] } as const;
    const ctx = await requestContext(services.tenants, services.policies, who, 'previewing');
    return services.previews.merge(ctx, a.id, [b.id]);
  });
  const text = JSON.stringify(masked);
  for (const value of ['王小伟', phone.value, 'previewed.secret', '杭州']) expect(text).not.toContain(value);
  const clear = await previewMerge(a.id, b.id);
  const places = (profiles: readonly object[]) =>
    (profiles as { withheld: string[] }[]).map(({ withheld }) => withheld.sort());
  expect(places(masked.after)).toEqual([['traits.city', 'traits.email', 'traits.name', 'traits.phone']]);
  expect(places(clear.after)).toEqual([[]]);
  expect(JSON.stringify(clear)).toContain(phone.value);
});
