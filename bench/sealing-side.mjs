import 'reflect-metadata';
import { leaveUnsealed } from './null-suite.mjs';
import { startTributary } from './tributary-side.mjs';

/** Tributary as it starts, with one tenant that seals nothing; `'cpu'` asks for the CPU time it has used, in microseconds. */
process.on('message', async (message) => {
  if (message === 'cpu') {
    const { user, system } = process.cpuUsage();
    process.send({ cpu: user + system });
    return;
  }
  try {
    leaveUnsealed();
    process.send({ port: await startTributary(message, 'off') });
  } catch (error) {
    process.send({ error: error.stack });
  }
});
