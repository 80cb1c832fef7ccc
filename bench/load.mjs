import { createConnection } from 'node:net';

/**
 * Sends the same request over many kept-alive connections, in a process of its own: `{ host, port, request, count,
 * connections }` by message, and back how many bytes the answers had in all. An answer other than 200 is an error.
 */
process.on('message', async ({ host, port, request, count, connections }) => {
  const bytes = Buffer.from(request);
  const state = { left: count, received: 0 };
  try {
    await Promise.all(Array.from({ length: connections }, () => connection({ host, port }, bytes, state)));
    process.send({ received: state.received });
  } catch (error) {
    process.send({ error: error.message });
  }
});

function connection(place, bytes, state) {
  return new Promise((resolve, reject) => {
    const socket = createConnection(place);
    let pending = Buffer.alloc(0);
    const next = () => {
      if (state.left === 0) return socket.end(resolve);
      state.left -= 1;
      return socket.write(bytes);
    };
    socket.on('connect', next).on('error', reject);
    socket.on('data', (chunk) => {
      pending = pending.length === 0 ? chunk : Buffer.concat([pending, chunk]);
      const length = lengthOf(pending);
      if (length === undefined || pending.length < length) return;
      if (!pending.subarray(0, 15).toString().startsWith('HTTP/1.1 200')) reject(new Error(pending.toString()));
      state.received += length;
      pending = Buffer.alloc(0);
      next();
    });
  });
}

/** The length of the answer at the start, with its head; undefined while the head is not whole. */
function lengthOf(buffer) {
  const end = buffer.indexOf('\r\n\r\n');
  if (end < 0) return undefined;
  const [, length] = /content-length: (\d+)/i.exec(buffer.subarray(0, end).toString()) ?? [];
  if (length === undefined) throw new Error('The answer has no content-length.');
  return end + 4 + Number(length);
}
