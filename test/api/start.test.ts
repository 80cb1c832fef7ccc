import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import mongoose from 'mongoose';
import { identityOf, isRunning, type ProcessIdentity } from '../../src/platform/launch/process-identity.js';
import { type SpawnedServer, spawnServer } from '../support/spawned-server.mjs';

const READY_LIMIT_MS = 10_000;
const root = resolve(import.meta.dirname, '../..');
let dataDir: string;
let started: SpawnedServer[];

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'tributary-start-'));
  started = [];
});

afterEach(async () => {
  const database = existsSync(join(dataDir, 'database.json')) ? recordedDatabase() : undefined;
  for (const server of started) server.child.kill('SIGKILL');
  await Promise.all(started.map((server) => server.ended));
  if (database && isRunning(database)) process.kill(database.pid, 'SIGKILL');
  rmSync(dataDir, { recursive: true, force: true });
});

const { MONGODB_URI: _, ...inherited } = process.env;
const OURS = {
  PORT: '0',
  HOST: '127.0.0.1',
  DEMO: 'off',
  NODE_ENV: 'test',
  JWT_SECRET: '',
  MASTER_KEY: '',
  LOG_LEVEL: 'warn',
};

function serve(env: NodeJS.ProcessEnv = {}, options: { program?: string; detached?: boolean } = {}): SpawnedServer {
  const server = spawnServer({ ...inherited, ...OURS, MONGODB_URI: '', DATA_DIR: dataDir, ...env }, options);
  started.push(server);
  return server;
}

const record = () => JSON.parse(readFileSync(join(dataDir, 'database.json'), 'utf8'));
const recordedDatabase = (): ProcessIdentity => record().own.process;

async function inDatabase<T>(use: (rows: mongoose.mongo.Collection) => Promise<T>): Promise<T> {
  const client = new mongoose.mongo.MongoClient(record().uri);
  try {
    return await use(client.db('start_test').collection('rows'));
  } finally {
    await client.close();
  }
}

const insertRow = () =>
  inDatabase((rows) => rows.insertOne({ kept: true }, { writeConcern: { w: 'majority', journal: true } }));
const countRows = () => inDatabase((rows) => rows.countDocuments({ kept: true }));

/** The refusal: exit code 1 and one line on the error output, without a stack. */
async function refusal(server: SpawnedServer): Promise<string> {
  expect(await server.ended).toBe(1);
  expect(server.errors).toMatch(/^Tributary can't start\. [^\n]+\n$/);
  return server.errors;
}

describe('a server', () => {
  test('is ready within 10 s, ends at Ctrl-C with its database and code 0, and finds its data again', async () => {
    const from = Date.now();
    const first = serve();
    expect((await fetch(new URL('/health/live', await first.ready))).status).toBe(200);
    expect(Date.now() - from).toBeLessThan(READY_LIMIT_MS);
    expect(first.output).toMatch(/^Database: .+; passed over: MONGODB_URI \(not set\)/m);
    expect(first.output).toContain('npx tributary token --tenant demo');
    await insertRow();
    const database = recordedDatabase();
    first.child.kill('SIGINT');
    await first.prints('Stopping');
    first.child.kill('SIGINT'); // npm passes on the terminal's Ctrl-C a second time
    expect(await first.ended).toBe(0);
    expect(isRunning(database)).toBe(false);
    expect(existsSync(join(dataDir, 'server.lock'))).toBe(false);

    const second = serve();
    await second.ready;
    expect(await countRows()).toBe(1);
    second.child.kill('SIGTERM');
    expect(await second.ended).toBe(0);
  });

  test('that was killed leaves its database to the next one, which takes it over', async () => {
    const first = serve({}, { detached: true });
    await first.ready;
    await insertRow();
    const database = recordedDatabase();
    process.kill(-first.pid, 'SIGKILL'); // its whole process group
    await first.ended;
    const second = serve();
    await second.ready;
    expect(second.output).toContain('found running');
    expect(recordedDatabase()).toEqual(database);
    expect(await countRows()).toBe(1);
    second.child.kill('SIGTERM');
    expect(await second.ended).toBe(0);
    expect(isRunning(database)).toBe(false);
  });

  test('whose database was killed starts it again on the same address with its data', async () => {
    const server = serve();
    await server.ready;
    await insertRow();
    const { uri } = record();
    const killed = recordedDatabase();
    process.kill(killed.pid, 'SIGKILL');
    await server.prints('The database runs again.');
    expect(record().uri).toBe(uri);
    expect(recordedDatabase()).not.toEqual(killed);
    expect(await countRows()).toBe(1);
    server.child.kill('SIGTERM');
    expect(await server.ended).toBe(0);
  });

  test('refuses a data folder that a live server uses, and leaves that one alone', async () => {
    const first = serve();
    const url = await first.ready;
    const told = await refusal(serve());
    expect(told).toContain(`DATA_DIR ${dataDir} is in use by the server with process id ${first.pid}`);
    expect((await fetch(new URL('/health/live', url))).status).toBe(200);
    expect(isRunning(recordedDatabase())).toBe(true);
  });
});

describe('a start that cannot succeed ends with one line and code 1:', () => {
  let occupied: Server;
  let port: number;

  beforeEach(async () => {
    occupied = createServer();
    await new Promise<void>((listening) => occupied.listen(0, '127.0.0.1', listening));
    const address = occupied.address();
    port = typeof address === 'object' && address ? address.port : 0;
  });
  afterEach(() => new Promise((closed) => occupied.close(closed)));

  test('a taken port', async () => {
    expect(await refusal(serve({ PORT: String(port) }))).toContain(`PORT ${port} is taken`);
    expect(existsSync(join(dataDir, 'server.lock'))).toBe(false);
  });

  test('a MONGODB_URI where no MongoDB answers, without its password', async () => {
    const from = Date.now();
    const told = await refusal(serve({ MONGODB_URI: 'mongodb://ann:hunter2@127.0.0.1:9/tributary?replicaSet=rs0' }));
    expect(told).toContain("MONGODB_URI 127.0.0.1:9 doesn't answer");
    expect(told).not.toContain('hunter2');
    expect(Date.now() - from).toBeLessThan(READY_LIMIT_MS);
  });

  test.each([
    'postgres://ann:hunter2@127.0.0.1/tributary',
    'mongodb://ann:hunter2@127.0.0.1:1/x?replicaSet=a&noSuchOption=1',
  ])('a MONGODB_URI of the wrong form, %s', async (uri) => {
    const told = await refusal(serve({ MONGODB_URI: uri }));
    expect(told).toContain('MONGODB_URI has the wrong form');
    expect(told).not.toContain('hunter2');
  });

  test.each([
    ['JWT_SECRET', 'short'],
    ['PORT', 'eighty'],
    ['CLOCK_OFFSET', 'tomorrow'],
  ])('a malformed %s', async (name, value) => {
    expect(await refusal(serve({ [name]: value }))).toContain(`${name} `);
  });

  test('a data folder that cannot be written', async () => {
    writeFileSync(join(dataDir, 'file'), '');
    expect(await refusal(serve({ DATA_DIR: join(dataDir, 'file', 'below') }))).toContain("can't be written");
  });

  test('no Python and no MongoDB', async () => {
    const project = projectWithoutCache();
    const told = await refusal(
      serve({ PATH: '/nowhere', MONGOMS_SYSTEM_BINARY: '' }, { program: join(project, 'dist/src/main.js') }),
    );
    expect(told).toContain('SecantusDB, Python build (no Python 3.10 to 3.13)');
    expect(told).toContain('set MONGODB_URI');
  });
});

/** The built project in a place of its own, where nothing has been installed into the cache folder. */
function projectWithoutCache(): string {
  const project = join(dataDir, 'project');
  mkdirSync(join(project, '.cache'), { recursive: true });
  writeFileSync(join(project, '.cache', 'mongod-download.json'), JSON.stringify({ why: 'the network refused it' }));
  for (const part of ['dist', 'package.json']) cpSync(join(root, part), join(project, part), { recursive: true });
  for (const part of ['node_modules', 'schema']) symlinkSync(join(root, part), join(project, part));
  mkdirSync(join(project, 'src'));
  cpSync(join(root, 'src/access'), join(project, 'src/access'), { recursive: true });
  return project;
}

test('a process that has ended is told apart from a live one', () => {
  const self = identityOf(process.pid);
  expect(isRunning(self)).toBe(true);
  expect(isRunning({ ...self, started: 'long ago' })).toBe(false);
});
