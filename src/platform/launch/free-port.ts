import { createServer } from 'node:net';
import { StartError, systemCode } from './start-error.js';

/** A port of the loopback address that nobody listens on now; the wished one if it is free. */
export async function freePort(wished = 0): Promise<number> {
  try {
    return await listenOnce('127.0.0.1', wished);
  } catch (error) {
    if (wished === 0) throw error;
    return listenOnce('127.0.0.1', 0);
  }
}

/** Throws `StartError` where nothing can listen on this address and port; port 0 always passes for a good address. */
export async function requireFreePort(host: string, port: number): Promise<void> {
  try {
    await listenOnce(host, port);
  } catch (error) {
    throw listenFault(error, host, port) ?? error;
  }
}

/** What to do about a failure to listen, or undefined where the error is about something else. */
export function listenFault(error: unknown, host: string, port: number): StartError | undefined {
  switch (systemCode(error)) {
    case 'EADDRINUSE':
      return new StartError(
        `PORT ${port} is taken on ${host}: end the program that uses it, or set PORT to another one (0 picks a free one).`,
      );
    case 'EACCES':
      return new StartError(`PORT ${port} needs rights this user doesn't have: set PORT to one above 1023.`);
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
    case 'EINVAL':
      return new StartError(
        `HOST ${host} is no address of this machine: set HOST to 127.0.0.1, 0.0.0.0 or one of its own.`,
      );
    default:
      return undefined;
  }
}

function listenOnce(host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen({ host, port, exclusive: true }, () => {
      const address = server.address();
      const taken = typeof address === 'object' && address ? address.port : port;
      server.close(() => resolve(taken));
    });
  });
}
