import { WebSocket } from 'ws';

/** Subscribers of the benchmark, all in one process apart from the servers. They note when a message has come. */
const QUERY = 'subscription { eventIngested { cursor event { id messageId type name channel occurredAt } } }';
let received = {};
const waiting = { graphql: undefined, plain: undefined };

function note(kind, data) {
  const wait = waiting[kind];
  if (!wait) return;
  const now = performance.now();
  wait.first ??= now;
  wait.text ??= String(data);
  wait.left -= 1;
  if (wait.left > 0) return;
  waiting[kind] = undefined;
  process.send({ first: wait.first, last: now, text: wait.text });
}

function follow(port, token) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}/graphql`, 'graphql-transport-ws');
    socket.on('error', reject);
    socket.on('open', () =>
      socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } })),
    );
    socket.on('message', (data) => {
      const text = String(data);
      if (text.startsWith('{"type":"connection_ack"')) {
        socket.send(JSON.stringify({ id: 'one', type: 'subscribe', payload: { query: QUERY } }));
        resolve();
      }
      const [, id] = /"messageId":"([^"]+)"/.exec(text) ?? [];
      if (id) received[id] = Date.now();
      if (text.includes('"Broadcast"')) note('graphql', data);
    });
  });
}

function listen(port) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`);
    socket.on('error', reject);
    socket.on('open', resolve);
    socket.on('message', (data) => {
      const [, id] = /"messageId":"([^"]+)"/.exec(String(data)) ?? [];
      if (id) note('plain', data);
    });
  });
}

let count = 0;

const ANSWERS = {
  graphql: async ({ port, token, count: wanted }) => {
    count = wanted;
    for (let at = 0; at < wanted; at += 50)
      await Promise.all(Array.from({ length: Math.min(50, wanted - at) }, () => follow(port, token)));
    return {};
  },
  plain: async ({ port, count: wanted }) => {
    for (let at = 0; at < wanted; at += 50)
      await Promise.all(Array.from({ length: Math.min(50, wanted - at) }, () => listen(port)));
    return {};
  },
  reset: async () => {
    received = {};
    return {};
  },
  received: async () => ({ received }),
};

process.on('message', async (message) => {
  const awaited = /^await (\w+)$/.exec(message.kind)?.[1];
  if (awaited) {
    waiting[awaited] = { left: count };
    return;
  }
  try {
    process.send(await ANSWERS[message.kind](message));
  } catch (error) {
    process.send({ error: String(error?.stack ?? error) });
  }
});
