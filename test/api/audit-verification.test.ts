import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import {
  AuditProofDocument,
  CancelJobDocument,
  Profile360Document,
  ProfileByIdentifierDocument,
  SetTraitDocument,
  StartJobDocument,
  VerifyAuditLogDocument,
} from '../../schema/generated/operations.js';
import { AuditEntry } from '../../src/audit/audit-entry.entity.js';
import { AuditInboxItem } from '../../src/audit/audit-inbox.entity.js';
import { AuditLog } from '../../src/audit/audit-log.entity.js';
import type { Database } from '../../src/platform/database.js';
import { type ApiClient, present } from '../support/api-client.js';
import { entriesOf, untilEntries } from '../support/audit-reader.js';
import { type CommandRun, runCommand } from '../support/command-run.js';
import { brokenLines, type ExportedLine, provesEntry } from '../support/independent-verifier.js';
import { endOf } from '../support/job-client.js';
import { MetricSamples } from '../support/metric-samples.js';
import { OwnServer } from '../support/own-server.js';
import { profileIdOf } from '../support/profile-reader.js';
import { byEmail, byPhone, identify, sendAll } from '../support/sample-events.js';

const TENANT = 'kept';
const SECRETS = ['13987654321', 'lei.li@example.net', '李小雷', '上海市徐汇区漕溪北路', '440111199001011234'];
const [PHONE = '', EMAIL = '', NAME = '', ADDRESS = '', ID_CARD = ''] = SECRETS;
const ENTRIES = 12;

const server = new OwnServer('info');
let admin: ApiClient;
let id: string;

beforeAll(async () => {
  await server.start();
  await command('token', '--role', 'ADMIN', '--subject', 'first');
  admin = server.client(TENANT);
  const traits = { name: NAME, phone: PHONE, email: EMAIL, address: ADDRESS, note: ID_CARD };
  await sendAll(admin, [identify({ identifiers: [byPhone(PHONE), byEmail(EMAIL)], traits })]);
  id = present(await profileIdOf(admin, byPhone(PHONE)));
  for (let n = 0; n < 4; n += 1) await admin.data(Profile360Document, { id });
  await admin.data(ProfileByIdentifierDocument, { identifier: byEmail(EMAIL) });
  const reason = `${NAME} ${PHONE}`;
  await admin.data(SetTraitDocument, { profileId: id, trait: 'email', value: EMAIL, reason });
  await admin.codes(SetTraitDocument, { profileId: id, trait: PHONE, value: { [NAME]: EMAIL }, reason });
  await admin.codes(`{ profile(id: "${NAME}") { nothing(like: "${PHONE}") } }`, {});
  await untilEntries(admin, {}, ENTRIES);
}, 180_000);
afterAll(() => server.dispose(), 30_000);

function command(...[name = '', ...args]: string[]): Promise<CommandRun> {
  const [group, ...rest] = name.split(' ');
  return runCommand([group ?? '', ...rest, '--tenant', TENANT, ...args], server.environment);
}

const verified = async () => (await admin.data(VerifyAuditLogDocument, {})).verifyAuditLog;

/** All of the log as it is exported. */
async function exported(): Promise<ExportedLine[]> {
  const { code, output } = await command('audit export');
  expect(code).toBe(0);
  return output
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ExportedLine);
}

describe('from outside', () => {
  test('exported lines hold by a verifier of its own, and a changed one does not', async () => {
    const lines = await exported();
    expect(lines.length).toBeGreaterThanOrEqual(ENTRIES);
    expect(brokenLines(lines)).toEqual([]);
    const [, , third] = lines as [ExportedLine, ExportedLine, ExportedLine];
    const edited = { ...third, canonical: third.canonical.replace('"OK"', '"NO"') };
    expect(brokenLines(lines.with(2, edited))).toEqual([3]);
    expect(brokenLines(lines.toSpliced(4, 1))[0]).toBe(6);
  }, 60_000);

  test('the proof of each entry holds for it, and for no other', async () => {
    const lines = await exported();
    for (const { sequence, canonical } of lines.slice(0, ENTRIES)) {
      const { auditProof } = await admin.data(AuditProofDocument, { sequence });
      expect(provesEntry(canonical, auditProof)).toBe(true);
      expect(provesEntry(canonical.replace('"OK"', '"NO"'), auditProof)).toBe(false);
      expect(provesEntry(canonical, { ...auditProof, rootHash: auditProof.leafHash })).toBe(false);
    }
  }, 60_000);

  test('the commands that made the tenant and its token are in it, and how many entries were made is counted', async () => {
    const entries = (await entriesOf(admin, { actor: 'cli' })).reverse();
    expect(entries.map(({ action, subject }) => [action, subject])).toEqual([
      ['createTenant', null],
      ['createUserToken', 'first'],
    ]);
    const samples = await MetricSamples.of(server.url);
    expect(samples.value('tributary_audit_entries_total')).toBeGreaterThanOrEqual(ENTRIES);
    expect(samples.value('tributary_audit_inbox_items')).toBeGreaterThanOrEqual(0);
  });

  test('a job is told of when it begins and when it ends', async () => {
    const { startJob } = await admin.data(StartJobDocument, { kind: 'restitch', parameters: { dryRun: true } });
    await endOf(admin, startJob.id);
    await admin.data(CancelJobDocument, { id: startJob.id });
    const entries = (await untilEntries(admin, { subject: startJob.id }, 4)).reverse();
    expect(entries.map(({ actor, action, outcome }) => [actor, action, outcome])).toEqual([
      ['tester', 'startJob', 'OK'],
      ['system', 'jobStarted', 'OK'],
      ['system', 'jobEnded', 'SUCCEEDED'],
      ['tester', 'cancelJob', 'OK'],
    ]);
  }, 60_000);
});

test('no personal value is in what is stored of it, nor in the heads', async () => {
  const stored = await server.withDatabase(async (database) => {
    const all = [
      database.collection(AuditEntry).find({}).toArray(),
      database.collection(AuditInboxItem).find({}).toArray(),
      database.collection(AuditLog).find({}).toArray(),
    ];
    return JSON.stringify(await Promise.all(all));
  });
  const folder = join(server.dataDir, 'audit-heads');
  const files = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  const lines = (await exported()).map(({ canonical }) => canonical);
  const all = [stored, ...files, ...lines].join('\n');
  expect(all).toContain(id); // it is searched where something is
  for (const secret of SECRETS) expect(all).not.toContain(secret);
}, 60_000);

describe('what is changed in the database behind its back', () => {
  const keyOf = (sequence: number) => `${TENANT}:${String(sequence).padStart(15, '0')}`;

  /** Changes what is stored, looks what is found, and puts it back. */
  async function afterChange(change: (entries: ReturnType<Database['collection']>) => Promise<unknown>) {
    return server.withDatabase(async (database) => {
      const entries = database.collection(AuditEntry);
      const before = await entries.find({ _id: { $gte: `${TENANT}:0`, $lt: `${TENANT}::` } } as object).toArray();
      await change(entries as never);
      const [told, run] = [await verified(), await command('audit verify')];
      await entries.deleteMany({ _id: { $gte: `${TENANT}:0`, $lt: `${TENANT}::` } } as object);
      await entries.insertMany(before);
      expect(await verified()).toMatchObject({ valid: true });
      expect(JSON.parse(run.output)).toMatchObject({ valid: false, firstInvalidSequence: told.firstInvalidSequence });
      return { told, code: run.code };
    });
  }

  test('whole, it is found so by the query and by the command', async () => {
    expect(await verified()).toMatchObject({ valid: true, firstInvalidSequence: null });
    const { code, output } = await command('audit verify');
    expect([code, JSON.parse(output)]).toEqual([0, expect.objectContaining({ valid: true })]);
  }, 60_000);

  test('an edited entry is found, and the command ends with 1', async () => {
    const { told, code } = await afterChange(async (entries) => {
      const [row] = await entries.find({ _id: keyOf(3) } as object).toArray();
      const { canonical } = row as unknown as AuditEntry;
      const update = { $set: { canonical: canonical.replace('"OK"', '"NO"') } };
      await entries.updateOne({ _id: keyOf(3) } as object, update as object);
    });
    expect([code, told.valid, told.firstInvalidSequence]).toEqual([1, false, 3]);
  }, 60_000);

  test('a deleted entry is found, as is a tail that is cut off', async () => {
    const deleted = await afterChange((entries) => entries.deleteOne({ _id: keyOf(4) } as object));
    expect(deleted).toMatchObject({ code: 1, told: { firstInvalidSequence: 4 } });
    const cut = await afterChange((entries) =>
      entries.deleteMany({ _id: { $gte: keyOf(6), $lt: `${TENANT}::` } } as object),
    );
    expect(cut).toMatchObject({ code: 1, told: { firstInvalidSequence: 6, entries: 5 } });
  }, 60_000);

  test('a published head that was changed is found', async () => {
    const file = join(server.dataDir, 'audit-heads', `${TENANT}.jsonl`);
    const before = readFileSync(file, 'utf8');
    writeFileSync(file, before.replace(/"rootHash":"..../, '"rootHash":"0000'));
    expect(await verified()).toMatchObject({ valid: false });
    writeFileSync(file, `${before}nonsense\n`);
    expect(await verified()).toMatchObject({ valid: false, fault: expect.stringContaining('line') });
    writeFileSync(file, before);
    expect(await verified()).toMatchObject({ valid: true });
  }, 60_000);
});

test('what was answered before the server was killed is in the log, once, and the log is whole', async () => {
  const subject = 'killed-1';
  const reader = async () => {
    const { stdout } = { stdout: (await command('token', '--role', 'STEWARD', '--subject', subject)).output };
    return stdout.trim();
  };
  const token = await reader();
  let answered = 0;
  const ask = async () => {
    const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
    const body = JSON.stringify({ query: `{ profile(id: "${id}") { traits { phone } } }` });
    for (;;) {
      const response = await fetch(new URL('/graphql', server.url), { method: 'POST', headers, body });
      if (response.status === 200) answered += 1;
      if (answered === 60) await server.kill();
    }
  };
  await Promise.allSettled(Array.from({ length: 8 }, ask));
  const before = answered;
  expect(before).toBeGreaterThanOrEqual(60);
  await server.start();
  admin = server.client(TENANT);
  const filter = { actor: subject, action: 'readClear', first: 100 };
  const entries = await untilEntries(admin, filter, before);
  expect(new Set(entries.map(({ details }) => details.requestId)).size).toBe(entries.length);
  expect(entries.length).toBeLessThanOrEqual(before + 8);
  expect(await verified()).toMatchObject({ valid: true });
}, 180_000);
