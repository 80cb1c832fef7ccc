import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import {
  EventIngestedDocument,
  type EventIngestedSubscription,
  IngestDocument,
} from '../../schema/generated/operations.js';
import { eventually } from '../support/eventually.js';
import { OwnServer } from '../support/own-server.js';
import { byPhone, byUser, eventOf, phoneNumber, sendAll } from '../support/sample-events.js';
import { type Followed, SocketClient } from '../support/socket-client.js';
import { TcpProxy } from '../support/tcp-proxy.js';

const TENANT = 'faults';
const OUTAGE_MS = 10_000;

/** Has the database that all servers of this file share. */
const home = new OwnServer('error');
let second: OwnServer | undefined;
let proxy: TcpProxy | undefined;
const open: SocketClient[] = [];
let sent = 0;

beforeAll(async () => {
  await home.start();
  await home.createTenant(TENANT);
}, 180_000);

afterEach(async () => {
  for (const client of open.splice(0)) client.close();
  await second?.dispose();
  await proxy?.close();
  second = undefined;
  proxy = undefined;
}, 180_000);

afterAll(() => home.dispose(), 60_000);

async function startBeside(environment: NodeJS.ProcessEnv = {}, uri?: string): Promise<OwnServer> {
  second = home.beside(environment, uri);
  await second.start();
  return second;
}

/** A second server, whose way to the database leads through a proxy. */
async function startBehindProxy(): Promise<{ server: OwnServer; way: TcpProxy }> {
  const direct = new URL(home.databaseUri);
  const way = await TcpProxy.to(direct.hostname, Number(direct.port));
  proxy = way;
  const uri = `mongodb://127.0.0.1:${way.port}${direct.pathname}?directConnection=true`;
  return { server: await startBeside({}, uri), way };
}

/** Events of a few people, of this test alone. */
function newEvents(count: number) {
  return Array.from({ length: count }, () => {
    sent += 1;
    return eventOf({
      messageId: `served-${sent}`,
      identifiers: [byUser(`served-${sent % 7}`), byPhone(phoneNumber(sent % 7))],
    });
  });
}

/** The messageIds that a subscription was told of. */
const toldOf = (messages: readonly EventIngestedSubscription[]) =>
  messages.map(({ eventIngested }) => eventIngested.event.messageId);

type Events = Followed<EventIngestedSubscription>;

function follow(server: OwnServer, after?: string): Events {
  const client = new SocketClient(server.url, home.token(TENANT));
  open.push(client);
  return client.follow(EventIngestedDocument, { after });
}

/** A subscription that has been told of something: from here on it must be told of all. */
async function followSurely(server: OwnServer): Promise<Events> {
  const followed = follow(server);
  while (followed.messages.length === 0) {
    await sendAll(home.client(TENANT), newEvents(1));
    await followed
      .until((messages) => messages.length > 0, 500)
      .catch((error) => {
        if (followed.fault) throw error;
      });
  }
  return followed;
}

async function readiness(server: OwnServer): Promise<number> {
  return (await fetch(new URL('/health/ready', server.url))).status;
}

/** Sends batches to servers by turns until each is acknowledged, and returns what was sent. */
async function burst(
  servers: readonly OwnServer[],
  batches: number,
  between: (n: number) => Promise<void>,
): Promise<string[]> {
  const acknowledged: string[] = [];
  const sender = async (turn: number) => {
    for (let n = turn; n < batches; n += 3) {
      const events = newEvents(10);
      for (let attempt = n; ; attempt += 1) {
        const server = servers[attempt % servers.length] as OwnServer;
        const answer = await server
          .client(TENANT)
          .ask(IngestDocument, { events })
          .catch(() => undefined);
        if (answer && !answer.errors) break;
        await delay(100);
      }
      acknowledged.push(...events.map(({ messageId }) => messageId));
      await between(n);
    }
  };
  await Promise.all([0, 1, 2].map(sender));
  return acknowledged;
}

/** Follows on another server once one is gone, behind the last message that came: as a dashboard does. */
class Dashboard {
  private followed: Events;
  private readonly before: EventIngestedSubscription[] = [];

  constructor(followed: Events) {
    this.followed = followed;
  }

  resumeOn(server: OwnServer): void {
    this.before.push(...this.followed.messages);
    this.followed = follow(server, this.before.at(-1)?.eventIngested.cursor);
  }

  get told(): string[] {
    return toldOf([...this.before, ...this.followed.messages]);
  }

  async until(isEnough: (told: ReadonlySet<string>) => boolean): Promise<void> {
    await this.followed.until(() => isEnough(new Set(this.told)), 90_000);
  }
}

describe('of two servers on one database', () => {
  test('one is killed in mid-burst: what was acknowledged and what was delivered is the same', async () => {
    const killed = await startBeside();
    const [stays, moves] = [new Dashboard(await followSurely(home)), new Dashboard(await followSurely(killed))];
    let isKilled = false;
    const acknowledged = await burst([home, killed], 60, async (n) => {
      if (n < 25 || isKilled) return;
      isKilled = true;
      await killed.kill();
      moves.resumeOn(home);
    });
    expect(isKilled).toBe(true);
    for (const dashboard of [stays, moves]) {
      await dashboard.until((told) => acknowledged.every((id) => told.has(id)));
      expect(new Set(dashboard.told.filter((id) => acknowledged.includes(id))).size).toBe(acknowledged.length);
    }
    expect(stays.told.length).toBe(new Set(stays.told).size);
  }, 180_000);

  test('one’s clock is an hour ahead: nothing is missed, and cursors lead on from one to the other', async () => {
    const ahead = await startBeside({ CLOCK_OFFSET: 'PT1H' });
    const [here, there] = [new Dashboard(await followSurely(home)), new Dashboard(await followSurely(ahead))];
    const first = await burst([home, ahead], 12, async () => undefined);
    for (const dashboard of [here, there]) await dashboard.until((told) => first.every((id) => told.has(id)));
    here.resumeOn(ahead);
    there.resumeOn(home);
    const then = await burst([ahead, home], 12, async () => undefined);
    for (const dashboard of [here, there]) {
      await dashboard.until((told) => then.every((id) => told.has(id)));
      expect(dashboard.told.length).toBe(new Set(dashboard.told).size);
    }
  }, 180_000);
});

describe('a database', () => {
  test('that is gone for ten seconds: coded errors, red readiness, recovery by itself, no gap', async () => {
    const { server, way } = await startBehindProxy();
    const dashboard = new Dashboard(await followSurely(server));
    way.set('cut');
    const cut = Date.now();
    const refused = await server.client(TENANT).ask(IngestDocument, { events: newEvents(1) });
    expect(refused.errors?.[0]?.extensions.code).toBe('SERVICE_UNAVAILABLE');
    expect(Date.now() - cut).toBeLessThan(15_000);
    expect(await readiness(server)).toBe(503);
    const meanwhile = newEvents(25);
    await sendAll(home.client(TENANT), meanwhile);
    await delay(Math.max(0, cut + OUTAGE_MS - Date.now()));
    way.set('open');
    await eventually(
      () => readiness(server),
      (status) => status === 200,
      30_000,
    );
    const after = newEvents(5);
    await sendAll(server.client(TENANT), after);
    const all = [...meanwhile, ...after].map(({ messageId }) => messageId);
    await dashboard.until((told) => all.every((id) => told.has(id)));
    expect(dashboard.told.length).toBe(new Set(dashboard.told).size);
  }, 300_000);

  test('that answers nothing on open connections: a coded error within fifteen seconds, then recovery without a gap', async () => {
    const { server, way } = await startBehindProxy();
    const dashboard = new Dashboard(await followSurely(server));
    way.set('silent');
    const begun = Date.now();
    const refused = await server.client(TENANT).ask('{ profiles(first: 1) { edges { node { id } } } }');
    expect(refused.errors?.[0]?.extensions.code).toBe('SERVICE_UNAVAILABLE');
    expect(Date.now() - begun).toBeLessThan(15_000);
    const meanwhile = newEvents(10);
    await sendAll(home.client(TENANT), meanwhile);
    way.set('open');
    await eventually(
      () => readiness(server),
      (status) => status === 200,
      30_000,
    );
    await dashboard.until((told) => meanwhile.every(({ messageId }) => told.has(messageId)));
  }, 300_000);

  test('that is slow: all is served, only later', async () => {
    const { server, way } = await startBehindProxy();
    const dashboard = new Dashboard(await followSurely(server));
    way.set('slow');
    const events = newEvents(20);
    await sendAll(server.client(TENANT), events);
    await dashboard.until((told) => events.every(({ messageId }) => told.has(messageId)));
    expect(await readiness(server)).toBe(200);
  }, 300_000);
});
