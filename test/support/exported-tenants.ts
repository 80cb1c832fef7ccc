import {
  ExportTenantDocument,
  RecordConsentDocument,
  SetTraitDocument,
  TenantDocument,
  TenantExportDocument,
} from '../../schema/generated/operations.js';
import { type ApiClient, clientOf, present } from './api-client.js';
import { eventually } from './eventually.js';
import { met } from './privacy-client.js';
import { idBy } from './profile-reader.js';
import { byEmail, byPhone, byUser, eventOf, identify, phoneNumber, send, sendAll } from './sample-events.js';
import { createTenant } from './server.js';
import { decide } from './tenant-policies.js';

/** Some of them fill a piece. */
const NOTE = 'as told by the customer '.repeat(340);
const BATCH = 40;

/** Fills a tenant with something in each collection that is exported, told apart by a mark. */
async function fill(client: ApiClient, officer: ApiClient, mark: number): Promise<void> {
  const user = `user-${mark}`;
  await sendAll(client, [
    identify({
      identifiers: [byUser(user), byPhone(phoneNumber(mark))],
      traits: { name: `李雷${mark}`, city: '上海' },
    }),
    identify({ channel: 'CRM', identifiers: [byPhone(phoneNumber(mark)), byEmail(`p${mark}@example.org`)] }),
    identify({ identifiers: [byUser(`other-${mark}`)], traits: { name: `韩梅梅${mark}` } }),
    eventOf({ identifiers: [byUser(user)], properties: { note: `call 139${10_000_000 + mark}` } }),
  ]);
  await send(client, [eventOf({ identifiers: [], properties: { refused: `refused-${mark}` } })]);
  const profileId = await idBy(client, byUser(user));
  const evidence = { form: `form-${mark}` };
  await client.data(RecordConsentDocument, { profileId, purpose: 'MARKETING', granted: true, evidence });
  await client.data(SetTraitDocument, { profileId, trait: 'nickname', value: `小雷${mark}`, reason: 'He said so.' });
  await met(officer, { profileId, kind: 'RESTRICTION' });
  await decide(client, { roles: [{ name: `ROLE_${mark}`, inherits: ['VIEWER'] }], rules: [] });
}

/** A tenant that is filled, and callers of it. */
export async function filled(prefix: string, mark: number) {
  const tenant = await createTenant(prefix);
  const [admin, officer] = [clientOf(tenant), clientOf(tenant, ['PRIVACY_OFFICER'])];
  await fill(admin, officer, mark);
  return { tenant, admin, officer };
}

/** Has a tenant exported, and returns the job once it has ended. */
export async function exported(tenant: string, by: ApiClient) {
  const begun = (await by.data(ExportTenantDocument, { tenant })).exportTenant;
  const { tenant: shown } = await eventually(
    () => by.data(TenantDocument, { tenant }),
    ({ tenant: now }) => now?.export?.id === begun.export?.id && /SUCCEEDED|FAILED/.test(String(now?.export?.state)),
    240_000,
  );
  return present(shown?.export);
}

/** What is to be fetched of the caller's tenant. */
export const own = async (client: ApiClient) => present((await client.data(TenantExportDocument, {})).tenantExport);
/** Sends events of 24,000 characters each: some forty fill a piece. */
export async function sendLarge(client: ApiClient, count: number): Promise<void> {
  const properties = { first: NOTE, second: NOTE, third: NOTE };
  const events = Array.from({ length: count }, () => eventOf({ identifiers: [byUser('user-71')], properties }));
  for (let at = 0; at < count; at += BATCH) await sendAll(client, events.slice(at, at + BATCH));
}
