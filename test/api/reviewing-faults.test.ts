import { expect, jest, test } from '@jest/globals';
import { requestContext } from '../../src/access/request-context.js';
import { loadConfig } from '../../src/config.js';
import { AppError } from '../../src/platform/errors.js';
import { createServices } from '../../src/services.js';
import { addModel } from '../support/account-model.js';
import { type ApiClient, clientOf, present } from '../support/api-client.js';
import { Failures, failingDatabase, Stopped } from '../support/failing-database.js';
import { propose } from '../support/match-candidates.js';
import { idBy, profileOf } from '../support/profile-reader.js';
import { byUser, daysAgo, identify, sendAll } from '../support/sample-events.js';
import { createTenant, withDatabase } from '../support/server.js';
import { testServer } from '../support/test-server.js';

jest.setTimeout(120_000);

/** Two people of whom a model has proposed that they are one: the users they are known by, and the candidate. */
async function alike(client: ApiClient, tenant: string, model: number, name: string) {
  const users = [byUser(`${name}-left`), byUser(`${name}-right`)];
  const events = users.map((user) => identify({ identifiers: [user], occurredAt: daysAgo(20) }));
  await sendAll(client, events);
  const ids = await Promise.all(users.map((user) => idBy(client, user)));
  const accounts = await Promise.all(
    ids.map(async (id) => present((await profileOf(client, id)).channelAccounts?.[0]).id),
  );
  const [candidate] = await propose(tenant, [{ accountIds: accounts as [string, string], model }]);
  const profiles = async () => new Set(await Promise.all(users.map((user) => idBy(client, user)))).size;
  return { candidate: present(candidate), profiles };
}

const modeOf = (step: number) => (step % 2 === 0 ? 'before' : 'after');

/** What a review comes to: the status, or the code of the error. */
type Review = (candidate: string, accept: boolean) => Promise<string>;

/** Runs `work` with a process of a steward's that can be stopped. */
async function withReviewer(tenant: string, work: (review: Review, failures: Failures) => Promise<void>) {
  const { dataDir, jwtSecret, masterKey } = testServer();
  const config = loadConfig({ DATA_DIR: dataDir, JWT_SECRET: jwtSecret, MASTER_KEY: masterKey });
  const who = { kind: 'USER', tenantId: tenant, subject: 'temp', roles: ['STEWARD'], purposes: ['SERVICE'] } as const;
  await withDatabase(async (database) => {
    const failures = new Failures();
    const services = await createServices({ config, database: failingDatabase(database, failures) });
    const { tenants, policies, matchReviews } = services;
    const review: Review = async (candidate, accept) => {
      const ctx = await requestContext(tenants, policies, who, 'reviewing');
      return (await matchReviews.review(ctx, candidate, accept, null)).status;
    };
    const codeOf = (error: Error) => {
      if (error instanceof Stopped) return 'stopped';
      if (error instanceof AppError) return error.code;
      throw error;
    };
    await work((candidate, accept) => review(candidate, accept).catch(codeOf), failures);
  });
}

test.each([
  { accept: true, said: 'ACCEPTED', contrary: 'REJECTED' },
  { accept: false, said: 'REJECTED', contrary: 'ACCEPTED' },
])(
  'a review that stops anywhere before it is $said is finished by the same answer',
  async ({ accept, said, contrary }) => {
    const tenant = await createTenant('review-faults');
    const client = clientOf(tenant);
    const model = await addModel(tenant);
    const nothing = `${contrary}, then CONFLICT`;
    const begun = `CONFLICT, then ${said}`;
    const done = 'CONFLICT, then CONFLICT';
    const found: string[] = [];
    await withReviewer(tenant, async (review, failures) => {
      for (let step = 1; ; step += 1) {
        const { candidate, profiles } = await alike(client, tenant, model, `stopped-${step}`);
        failures.stopAt(step, modeOf(step));
        const ending = await review(candidate, accept);
        await failures.restart();
        if (ending === said) break;
        const answers = `${await review(candidate, !accept)}, then ${await review(candidate, accept)}`;
        found.push(answers);
        const isOne = accept === (answers !== nothing);
        expect([ending, await profiles()]).toEqual(['stopped', isOne ? 1 : 2]);
      }
    });
    expect([...new Set(found)].filter((answers) => answers !== done)).toEqual([nothing, begun]);
    expect(found.filter((answers) => answers === begun).length).toBeGreaterThan(3);
    expect(found.filter((answers) => answers === done).length).toBeLessThan(3);
  },
);
