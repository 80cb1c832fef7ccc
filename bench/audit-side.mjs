import 'reflect-metadata';
import { startTributary } from './tributary-side.mjs';

/**
 * One side of the audit benchmark, as a process of its own: `{ isOn, ... }` by message starts Tributary with its worker,
 * which writes the log or, where it is off, does not; `'cpu'` asks for the CPU time it has used, in microseconds.
 */
process.on('message', async (message) => {
  if (message === 'cpu') {
    const { user, system } = process.cpuUsage();
    process.send({ cpu: user + system });
    return;
  }
  try {
    if (!message.isOn) await withoutAudit();
    process.send({ port: await startTributary(message, 'inline') });
  } catch (error) {
    process.send({ error: error.stack });
  }
});

/** The product has no switch for it. */
async function withoutAudit() {
  const { AuditedExecution } = await import('../dist/src/serving/audited-execution.js');
  const { AuditTrail } = await import('../dist/src/audit/audit-trail.service.js');
  AuditedExecution.prototype.execute = function execute(request) {
    return this.execution.execute(request);
  };
  AuditTrail.prototype.did = async () => undefined;
}
