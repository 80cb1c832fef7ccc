import { execFile } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Connection } from 'mongoose';
import {
  CreateApiTokenDocument,
  IngestDocument,
  ListProfilesDocument,
  MergeProfilesDocument,
  NodeDocument,
  ProfileByIdentifierDocument,
  RecordConsentDocument,
  SetTraitDocument,
} from '../../schema/generated/operations.js';
import type { ApiClient } from '../support/api-client.js';
import { saidOfPeople } from '../support/generated-people.js';
import { resultOf } from '../support/job-client.js';
import { OwnServer } from '../support/own-server.js';
import { profileBy } from '../support/profile-reader.js';
import { byEmail, byOpenId, byPhone, byUser, daysAgo, eventOf, identify, sendAll } from '../support/sample-events.js';
import { blobHeads } from '../support/sealed-blobs.js';

/** One tenant a suite. */
const TENANTS = { sealed: 'AES_GCM_SHA256', 'sealed-sm': 'SM4_GCM_SM3' } as const;
/** Values of class CORE, in the spellings that clients send. */
const SECRETS = {
  phone: '13977665544',
  'phone in words': '139 7766 5544',
  email: 'xiaoming.wang@secret-mail.example',
  'email of another spelling': 'Xiaoming.Wang@Secret-Mail.example',
  'Chinese name': '欧阳锦绣',
  'Latin name': 'Philippa Throckmorton',
  address: '清风明月路八十八号',
  openId: 'oUPF8wMuAJO_M2pxb1Q9zNjWeS6o',
  unionId: 'unF8wMuAJO_M2pxb1Q9zNjWeS6o',
  birthday: '1987-11-29',
  governmentId: '110101198711291234',
};
/** Values of class GENERAL: if these were not found, the search would prove nothing. */
const CONTROLS = {
  'event name': 'Control Event Plainly Seen',
  property: 'control-property-plainly-seen',
  Chinese: '明文可见的对照',
  'policy version': 'control-policy-plainly-seen',
};

const server = new OwnServer('trace');
const importFolder = mkdtempSync(join(tmpdir(), 'tributary-import-'));
const answers: string[] = [];
let dump: Buffer;
let matching: unknown[];
let files: Buffer;
let metrics: Buffer;
let suites: number[];

beforeAll(async () => {
  await server.start();
  for (const [tenant, suite] of Object.entries(TENANTS)) {
    await server.createTenant(tenant, { suite });
    await throughAllDoors(tenant);
  }
  metrics = Buffer.from(await (await fetch(new URL('/metrics', server.url))).text());
  dump = await server.withDatabase(rawDocuments);
  matching = await server.withDatabase(({ connection }) =>
    Promise.all(['blocks', 'match_candidates', 'match_models'].map((name) => connection.collection(name).findOne({}))),
  );
  const heads = await server.withDatabase((database) =>
    Promise.all(Object.keys(TENANTS).map((tenant) => blobHeads(database, tenant))),
  );
  suites = heads.flatMap((own) => [...new Set(own.map(({ suite }) => suite))]);
  expect(await server.stop()).toBe(0);
  files = Buffer.concat(filesIn(server.dataDir).map((file) => readFileSync(file)));
}, 600_000);
afterAll(async () => {
  rmSync(importFolder, { recursive: true, force: true });
  await server.dispose();
}, 120_000);

/** Sends a document and keeps its answer where it is an error. */
async function ask<T, V>(client: ApiClient, document: TypedDocumentNode<T, V> | string, variables?: V): Promise<void> {
  const { errors } = await client.ask(document, variables);
  answers.push(JSON.stringify(errors ?? []));
}

const told = {
  ...{ name: SECRETS['Chinese name'], birthday: SECRETS.birthday, address: SECRETS.address },
  ...{ email: SECRETS['email of another spelling'], governmentId: SECRETS.governmentId },
  ...{ contact: `call ${SECRETS.phone}`, friends: [{ mail: SECRETS.email }] },
};

async function throughAllDoors(tenant: string): Promise<void> {
  const admin = server.client(tenant);
  await throughGraphql(admin);
  await throughSegment(admin);
  await throughImport(tenant);
  await byHand(admin);
  await inFaults(admin);
  await matched(admin);
  await resultOf(admin, 'reseal', { rotate: 'ACCOUNTS' });
}

/** Matches accounts that are alike by a model learned from generated people, and someone who is like the one above. */
async function matched(admin: ApiClient): Promise<void> {
  const people = saidOfPeople(200, 11, 2).map(({ traits: { phone: _phone, ...traits } }, n) =>
    identify({ channel: 'CRM', identifiers: [byUser(`generated-${n}`)], traits }),
  );
  const { name, birthday, address } = told;
  const alike = identify({ channel: 'WEB', identifiers: [byUser('alike')], traits: { name, birthday, address } });
  await sendAll(admin, [...people, alike]);
  const { version } = await resultOf(admin, 'learn-matching');
  await resultOf(admin, 'restitch', { model: version });
}

async function throughGraphql(admin: ApiClient): Promise<void> {
  const identifiers = [byPhone(SECRETS['phone in words']), byEmail(SECRETS.email), byOpenId(SECRETS.openId)];
  const all = [...identifiers, { type: 'UNION_ID' as const, value: SECRETS.unionId }];
  const events = [
    identify({ channel: 'CRM', identifiers: all, traits: told }),
    identify({
      channel: 'ECOMMERCE',
      identifiers: all,
      traits: { receiverName: SECRETS['Latin name'], receiverAddress: SECRETS.address },
    }),
    identify({ channel: 'WECHAT_OFFICIAL_ACCOUNT', identifiers: all, traits: { nickname: SECRETS['Chinese name'] } }),
    eventOf({
      name: CONTROLS['event name'],
      identifiers: all,
      properties: {
        plain: CONTROLS.property,
        chinese: CONTROLS.Chinese,
        note: SECRETS.phone,
        deep: [{ to: `<${SECRETS.email}>` }],
      },
      context: {
        page: { url: `https://shop.example/?mail=${SECRETS.email}` },
        traits: told,
        campaign: { name: SECRETS.email },
      },
    }),
  ];
  const refused = events.flatMap((event) => [
    { ...event, messageId: `${event.messageId}-future`, occurredAt: daysAgo(-9) },
    {
      ...event,
      messageId: `${event.messageId}-bad`,
      identifiers: [byPhone(`${SECRETS.phone}99`), byEmail(`${SECRETS.email}@x`)],
    },
    { ...event, messageId: `${event.messageId}-nul`, traits: { ...told, name: `${SECRETS['Chinese name']}\u0000` } },
  ]);
  const { data } = await admin.ask(IngestDocument, { events: [...events, ...refused] });
  expect([data.ingest.accepted, data.ingest.rejected.length]).toEqual([4, 12]);
  answers.push(JSON.stringify(data.ingest.rejected));
}

async function throughSegment(admin: ApiClient): Promise<void> {
  const input = { name: 'site', scopes: ['events:write'], channel: 'WEB' as const };
  const { secret } = (await admin.data(CreateApiTokenDocument, { input })).createApiToken;
  const traits = { ...told, phone: SECRETS.phone };
  const batch = [
    { type: 'identify', userId: SECRETS.email, traits, messageId: 'segment-1' },
    { type: 'track', event: CONTROLS['event name'], userId: 'u', context: { traits }, messageId: 'segment-2' },
    { type: 'track', userId: SECRETS.phone, properties: traits },
    { type: 'identify', traits },
    { type: SECRETS['Latin name'], userId: 'u' },
  ];
  for (const [path, body] of [
    ['batch', { batch }],
    ['track', { userId: SECRETS.email, traits }],
    ['identify', SECRETS.email],
  ] as const) {
    const headers = {
      authorization: `Basic ${Buffer.from(`${secret}:`).toString('base64')}`,
      'content-type': 'application/json',
    };
    const answer = await fetch(new URL(`/v1/${path}`, server.url), {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    });
    answers.push(await answer.text());
  }
}

async function throughImport(tenant: string): Promise<void> {
  const file = join(importFolder, 'contacts.csv');
  const rows = [
    `${SECRETS['Latin name']},${SECRETS.phone},${SECRETS.email}`,
    `${SECRETS['Chinese name']},12,${SECRETS.email}@x`,
  ];
  writeFileSync(file, `name,phone,email\n${rows.join('\n')}\n`);
  const args = [resolve('bin/tributary.mjs'), 'import', '--tenant', tenant, '--channel', 'CRM', '--file', file];
  const printed = await new Promise<string>((done) => {
    execFile(process.execPath, args, { env: server.environment }, (_error, stdout, stderr) => done(stdout + stderr));
  });
  answers.push(printed);
}

async function byHand(admin: ApiClient): Promise<void> {
  const { id } = await profileBy(admin, byPhone(SECRETS.phone));
  const { data } = await admin.ask(IngestDocument, { events: [identify({ identifiers: [byUser('other')] })] });
  expect(data.ingest.accepted).toBe(1);
  const other = (await profileBy(admin, byUser('other'))).id;
  const reason = `${SECRETS['Chinese name']} called from ${SECRETS.phone}`;
  await ask(admin, SetTraitDocument, { profileId: id, trait: 'name', value: SECRETS['Latin name'], reason });
  await ask(admin, SetTraitDocument, { profileId: id, trait: 'contact', value: { phone: SECRETS.phone }, reason });
  await ask(admin, MergeProfilesDocument, { into: id, from: [other], reason });
  const guardian = { name: SECRETS['Latin name'], contact: SECRETS.phone, relation: SECRETS['Chinese name'] };
  const said = {
    profileId: id,
    purpose: 'MARKETING',
    granted: true,
    policyVersion: CONTROLS['policy version'],
  } as const;
  await ask(admin, RecordConsentDocument, { ...said, evidence: { mail: SECRETS.email, said: reason }, guardian });
  const wrong = { ...guardian, name: SECRETS['Chinese name'].repeat(100) };
  await ask(admin, RecordConsentDocument, {
    ...said,
    policyVersion: '',
    evidence: { [SECRETS.email]: 1 },
    guardian: wrong,
  });
  for (const search of Object.values(SECRETS)) await ask(admin, ListProfilesDocument, { filter: { search } });
}

/** Secrets where they do not belong: whatever is said about that must not repeat them. */
async function inFaults(admin: ApiClient): Promise<void> {
  for (const secret of Object.values(SECRETS)) {
    await ask(admin, NodeDocument, { id: secret });
    await ask(admin, NodeDocument, { id: { secret } as never });
    await ask(admin, ListProfilesDocument, { after: secret, first: secret as never });
    await ask(admin, ListProfilesDocument, { filter: { channels: [secret as never], [`${secret} `]: 1 } as never });
    await ask(admin, ProfileByIdentifierDocument, { identifier: { type: 'PHONE', value: `x${secret}` } });
    await ask(admin, ProfileByIdentifierDocument, { identifier: { type: secret as never, value: secret } });
    await ask(admin, IngestDocument, {
      events: [{ ...eventOf({ identifiers: [] }), occurredAt: secret, channel: secret as never }],
    });
    await ask(admin, SetTraitDocument, { profileId: secret, trait: 'phone', value: secret, reason: secret });
    await ask(admin, SetTraitDocument, { profileId: secret, trait: 'gender', value: { secret }, reason: '' });
    await ask(admin, `{ node(id: ${JSON.stringify(secret)} `);
    await ask(admin, `{ profiles(first: ${JSON.stringify(secret)}) { totalCount } }`);
    await ask(admin, `{ profiles(filter: { channels: [${JSON.stringify(secret)}] }) { totalCount } }`);
    await fetch(new URL(`/graphql?query=${encodeURIComponent(`{ node(id: "${secret}") { id } }`)}`, server.url), {
      headers: { 'x-request-id': secret.replaceAll(/[^ -~]/g, '') },
    });
    await fetch(new URL(`/unknown/${encodeURIComponent(secret)}`, server.url)).then(async (answer) =>
      answers.push(await answer.text()),
    );
  }
}

/** All documents of all collections as the database gives them: BSON, uncompressed. */
async function rawDocuments({ connection }: { connection: Connection }): Promise<Buffer> {
  const parts: Buffer[] = [];
  for (const { name } of await connection.listCollections()) {
    const documents = connection.collection(name).find({}, { raw: true });
    for await (const document of documents) parts.push(document as unknown as Buffer);
  }
  return Buffer.concat(parts);
}

function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path).isFile());
}

/** The names of the values that stand in these bytes, as UTF-8 or as UTF-16 of either order. */
function foundIn(bytes: Buffer, values: Readonly<Record<string, string>>): string[] {
  return Object.entries(values).flatMap(([name, value]) => {
    const wide = Buffer.from(value, 'utf16le');
    const forms = { 'UTF-8': Buffer.from(value), 'UTF-16LE': wide, 'UTF-16BE': Buffer.from(wide).swap16() };
    return Object.entries(forms).flatMap(([form, sought]) => (bytes.includes(sought) ? [`${name} (${form})`] : []));
  });
}

describe('what was sent through every door', () => {
  test('is nowhere in the documents of the database', () => {
    expect(dump.length).toBeGreaterThan(20_000);
    expect(foundIn(dump, CONTROLS).map((name) => name.split(' (')[0])).toEqual(
      expect.arrayContaining(Object.keys(CONTROLS)),
    );
    expect(foundIn(dump, SECRETS)).toEqual([]);
    expect(matching).not.toContain(null); // accounts that are alike were matched, too
    expect(suites).toEqual([1, 2]);
  });

  test('is nowhere in the metrics', () => {
    expect(metrics.toString()).toContain('tributary_');
    expect(foundIn(metrics, SECRETS)).toEqual([]);
  });

  test('is nowhere in the files of the data folder', () => {
    expect(files.length).toBeGreaterThan(20_000);
    expect(foundIn(files, CONTROLS).map((name) => name.split(' (')[0])).toEqual(
      expect.arrayContaining(Object.keys(CONTROLS)),
    );
    expect(foundIn(files, SECRETS)).toEqual([]);
  });

  test('is nowhere in the log, at its most talkative', () => {
    expect(server.printed).toContain('request refused');
    expect(foundIn(Buffer.from(server.printed), SECRETS)).toEqual([]);
  });

  test('is in no error that anyone was answered with', () => {
    const errors = answers.join('\n');
    expect(errors).toContain('INVALID_IDENTIFIER');
    expect(errors).toContain('OCCURRED_IN_FUTURE');
    expect(errors).toContain('BAD_USER_INPUT');
    expect(foundIn(Buffer.from(errors), SECRETS)).toEqual([]);
  });
});
