import { WebSocketServer } from 'ws';
import { startTributary } from './tributary-side.mjs';

/** One server of the benchmark, in a process of its own: Tributary as it starts, or ws telling all the same. */
let sockets;

const ANSWERS = {
  tributary: async (place) => ({ port: await startTributary(place, 'inline') }),
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
