import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../../', import.meta.url));
const READY = /^Tributary is ready at (\S+)$/m;

/**
 * A server as a process of its own, which sends webhooks to this machine: those on one database share the sending.
 * `output` and `errors` grow while it runs; `ended` gives its exit code.
 */
export function spawnServer(
  env,
  { onOutput = () => {}, program = join(root, 'dist/src/main.js'), detached = false } = {},
) {
  const child = spawn(process.execPath, [program], {
    cwd: root,
    env: { WEBHOOKS_TO_LOOPBACK: 'on', ...env },
    detached,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const server = { child, pid: child.pid, output: '', errors: '' };
  child.stdout.setEncoding('utf8').on('data', (text) => {
    server.output += text;
    onOutput(text);
  });
  child.stderr.setEncoding('utf8').on('data', (text) => {
    server.errors += text;
    onOutput(text);
  });
  server.ended = new Promise((resolve) => child.once('close', (code) => resolve(code)));
  server.ready = readyUrl(server);
  server.ready.catch(() => {});
  server.prints = (text) => untilPrinted(server, text);
  return server;
}

/** The URL, as soon as the server says that it is ready; rejects with what it said where it ends before that. */
function readyUrl(server) {
  return new Promise((resolve, reject) => {
    const look = () => {
      const found = READY.exec(server.output);
      if (found) resolve(found[1]);
    };
    server.child.stdout.on('data', look);
    server.ended.then((code) =>
      reject(new Error(`The server ended with code ${code}: ${server.errors || server.output}`)),
    );
  });
}

/** Resolves once the server has printed this text. */
function untilPrinted(server, text) {
  return new Promise((resolve, reject) => {
    const look = () => (server.output + server.errors).includes(text) && resolve();
    look();
    server.child.stdout.on('data', look);
    server.child.stderr.on('data', look);
    server.ended.then((code) => reject(new Error(`The server ended with code ${code} before it printed "${text}".`)));
  });
}
