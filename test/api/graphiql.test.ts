import { execFile } from 'node:child_process';
import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Browser, chromium, type Page } from 'playwright-core';
import { createTenant, dataOf, tokenFor } from '../support/server.js';
import { spawnServer } from '../support/spawned-server.mjs';
import { testServer } from '../support/test-server.js';

const BROWSERS = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const ARGUMENTS = [
  ...['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
  ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
];

const executablePath = browserOnPath();
if (!executablePath) process.stdout.write('GraphiQL in a browser: skipped, there is no Chromium on the PATH.\n');
const inBrowser = executablePath ? describe : describe.skip;

let token: string;
let profileId: string;
beforeAll(async () => {
  await promisify(execFile)(process.execPath, ['scripts/build-graphiql.mjs']);
  token = tokenFor(await createTenant('graphiql'));
  profileId = await someProfile();
});

const at = (path: string) => new URL(path, testServer().url).href;

test('the page may load nothing from another host', async () => {
  const response = await fetch(at('/graphiql'));
  const policy = response.headers.get('content-security-policy') ?? '';
  const sources = policy.split(';').flatMap((directive) => directive.split(' ').slice(1));
  expect(response.status).toBe(200);
  expect(policy).toContain("default-src 'none'");
  expect([...new Set(sources)].sort()).toEqual(["'none'", "'self'", "'unsafe-inline'", 'data:']);
  expect(policy).toContain("script-src 'self';");
});

test.each([
  '..%2fsrc%2fmain.js',
  '..%2f.build.json',
  '.stamp',
  'nothing.js',
  '%2e%2e%2fpackage.json',
  'page.js%00.css',
])('the file %s is not to be had', async (name) => {
  expect((await fetch(at(`/graphiql/${name}`))).status).toBe(404);
});

test('a server in production has no such page', async () => {
  const { databaseUri, jwtSecret, masterKey } = testServer();
  const dataDir = await mkdtemp(join(tmpdir(), 'tributary-production-'));
  const secrets = { JWT_SECRET: jwtSecret, MASTER_KEY: masterKey };
  const server = spawnServer({
    PATH: process.env.PATH,
    ...secrets,
    ...{ NODE_ENV: 'production', DATA_DIR: dataDir, MONGODB_URI: databaseUri, PORT: '0', DEMO: 'off' },
  });
  try {
    const response = await fetch(new URL('/graphiql', await server.ready));
    expect(response.status).toBe(404);
  } finally {
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
    await rm(dataDir, { recursive: true });
  }
});

inBrowser('in a browser', () => {
  let browser: Browser;
  let page: Page;
  const requested: string[] = [];
  const faults: string[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args: ARGUMENTS });
    page = await browser.newPage();
    page.on('request', (request) => requested.push(request.url()));
    page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
    page.on('pageerror', (error) => faults.push(error.message));
    await page.goto(at(`/graphiql#token=${token}`));
    await page.locator('.graphiql-execute-button').waitFor();
  }, 180_000);
  afterAll(() => browser.close());

  test('the token leaves the address', () => {
    expect(page.url()).toBe(at('/graphiql'));
  });

  test('the first tab is the 360 view and answers at one click', async () => {
    expect(await page.locator('.graphiql-tab').first().textContent()).toContain('Profile360');
    await page.locator('.graphiql-query-editor').getByText('Profile360').waitFor();
    await page.locator('.graphiql-editor-tool').getByText(profileId).first().waitFor();
    await page.locator('.graphiql-execute-button').click();
    const answer = page.locator('.graphiql-response');
    await answer.getByText(profileId).first().waitFor();
    expect(await answer.textContent()).toContain('traits');
  });

  test('nothing was asked of another host, and nothing failed', () => {
    const hosts = requested.filter((url) => !/^(data|blob):/.test(url)).map((url) => new URL(url).origin);
    expect([...new Set(hosts)]).toEqual([new URL(testServer().url).origin]);
    expect(requested.some((url) => url.endsWith('worker.js'))).toBe(true);
    expect(faults).toEqual([]);
  });
});

/** One profile of this file's tenant. */
async function someProfile(): Promise<string> {
  const identifier = { type: 'USER_ID', value: 'ada' };
  const event = {
    messageId: 'graphiql-1',
    channel: 'WEB',
    type: 'IDENTIFY',
    identifiers: [identifier],
    traits: { name: 'Ada' },
    occurredAt: new Date(Date.now() - 60_000).toISOString(),
  };
  await dataOf(token, 'mutation ($events: [EventInput!]!) { ingest(events: $events) { accepted } }', {
    events: [event],
  });
  const found = await dataOf<{ profileByIdentifier: { id: string } }>(
    token,
    'query ($identifier: IdentifierInput!) { profileByIdentifier(identifier: $identifier) { id } }',
    { identifier },
  );
  return found.profileByIdentifier.id;
}

function browserOnPath(): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return folders.flatMap((folder) => BROWSERS.map((name) => join(folder, name))).find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
