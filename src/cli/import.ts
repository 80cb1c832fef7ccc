import { randomUUID } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import type { Command } from 'commander';
import type { Channel } from '../channels/channel.js';
import { loadConfig } from '../config.js';
import { type ImportSummary, importFile } from '../ingestion/import.service.js';
import { channelNamed, type ImportMapping, parseMapping } from '../ingestion/import-mapping.js';
import { RejectFile } from '../platform/files/reject-file.js';
import { StartError } from '../platform/launch/start-error.js';
import { createServices, prepareDatabase } from '../services.js';
import { countsText, ImportBar } from './import-bar.js';
import { bytesOf, endRejects, openInput, textOf } from './input-file.js';
import { withTenants } from './tenant-session.js';

interface ImportArguments {
  readonly tenant: string;
  readonly channel: string;
  readonly file: string;
  readonly mapping?: string;
}

/** What is imported, checked before any database is looked for. */
interface Order {
  readonly tenant: string;
  readonly channel: Channel;
  readonly file: string;
  readonly handle: FileHandle;
  readonly mapping: ImportMapping | undefined;
}

/** `tributary import`: takes a file into a channel; refused rows go to a file beside it, with their reasons. */
export function importCommand(program: Command): void {
  program
    .command('import')
    .description('take a CSV or JSON lines file into a channel')
    .requiredOption('--tenant <tenant>', 'the tenant, as demo')
    .requiredOption('--channel <channel>', 'the channel, as CRM')
    .requiredOption('--file <file>', 'CSV with a header, or one JSON object a line; in UTF-8')
    .option('--mapping <file>', 'JSON that says what the columns are, where their names do not')
    .action(importGiven);
}

async function importGiven({ tenant, channel, file, mapping }: ImportArguments): Promise<void> {
  const known = channelNamed(channel);
  const columns = mapping === undefined ? undefined : parseMapping(await textOf(mapping));
  const handle = await openInput(file);
  try {
    report(await importInto({ tenant, channel: known, file, handle, mapping: columns }));
  } finally {
    await handle.close();
  }
}

async function importInto(order: Order): Promise<ImportSummary> {
  const config = loadConfig();
  return withTenants(config, async ({ database, tenants }) => {
    if (!(await tenants.exists(order.tenant)))
      throw new StartError(`There is no tenant ${order.tenant}; the first token made for it creates it.`);
    await prepareDatabase(database);
    const { ingestion, auditTrail } = await createServices({ config, database });
    // settings may change while a long import runs: each batch takes them as they are then
    return run(order, async (items) => {
      const ctx = await tenants.contextOf(order.tenant, randomUUID());
      const outcome = await ingestion.ingest(ctx, items);
      const { accepted, duplicates, rejected } = outcome;
      const details = { channel: order.channel, events: items.length, accepted, duplicates, rejected: rejected.length };
      await auditTrail.did(ctx, { actor: 'cli', action: 'import', details });
      return outcome;
    });
  });
}

async function run(order: Order, ingest: Parameters<typeof importFile>[2]): Promise<ImportSummary> {
  const { channel, file, handle, mapping } = order;
  const { size, mtime } = await handle.stat();
  const interruption = new AbortController();
  const interrupt = () => interruption.abort();
  process.once('SIGINT', interrupt).once('SIGTERM', interrupt);
  const rejects = new RejectFile(file);
  const bar = new ImportBar(size);
  const source = bar.watch(bytesOf(handle));
  try {
    const options = { fileName: file, channel, modifiedAt: mtime, mapping, rejects, signal: interruption.signal };
    return await importFile(source, options, ingest, (progress) => bar.show(progress));
  } finally {
    bar.stop();
    await endRejects(rejects);
    process.off('SIGINT', interrupt).off('SIGTERM', interrupt);
  }
}

function report(summary: ImportSummary): void {
  process.stdout.write(`${countsText(summary)}\n`);
  if (summary.stopped === null) return;
  process.stderr.write(
    `Stopped after line ${summary.line}: ${summary.stopped.replace(/\.$/, '')}. Run it again to go on: what is in already is a duplicate then.\n`,
  );
  process.exitCode = 1;
}
