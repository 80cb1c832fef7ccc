import { WebSocketServer } from 'ws';

/** One server of the benchmark, in a process of its own: Tributary as it starts, or ws telling all the same. */
let sockets;

const ANSWERS = {
  tributary: async ({ uri, masterKey, jwtSecret }) => {
    const { createApp } = await import('../dist/src/app.js');
    const { createLogger } = await import('../dist/src/platform/logger.js');
    const place = { port: 0, host: '127.0.0.1', nodeEnv: 'production', clockOffsetMs: 0, drainDelayMs: 0 };
    const limits = { rateLimitCostPerMinute: 1_000_000_000, requestTimeoutMs: 30_000, mostConnections: 10_000 };
    const config = { ...place, ...limits, masterKey: Buffer.from(masterKey, 'hex'), jwtSecret, worker: 'inline' };
    const { url } = await createApp({ config, uri, logger: createLogger('error') });
    return { port: Number(new URL(url).port) };
  },
  plain: async () => {
    sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' });
    await new Promise((resolve) => sockets.once('listening', resolve));
    return { port: sockets.address().port };
  },
  broadcast: async ({ text }) => {
    for (const socket of sockets.clients) socket.send(text);
    return { recipients: sockets.clients.size };
  },
  usage: async () => ({ rss: process.memoryUsage().rss, cpu: process.cpuUsage() }),
};

process.on('message', async (message) => {
  try {
    process.send(await ANSWERS[message.kind](message));
  } catch (error) {
    process.send({ error: String(error?.stack ?? error) });
  }
});
