import 'reflect-metadata';
import { Command, CommanderError } from 'commander';
import { AppError } from '../platform/errors.js';
import { StartError } from '../platform/launch/start-error.js';

type Registration = (program: Command) => void;

/** Each subcommand with the file that has it: only the one that runs is loaded. */
const SUBCOMMANDS: Readonly<Record<string, () => Promise<Registration>>> = {
  serve: async () => (await import('./serve.js')).serveCommand,
  worker: async () => (await import('./worker.js')).workerCommand,
  token: async () => (await import('./token.js')).tokenCommand,
  'api-token': async () => (await import('./api-token.js')).apiTokenCommand,
  import: async () => (await import('./import.js')).importCommand,
  'rewrap-keys': async () => (await import('./rewrap-keys.js')).rewrapKeysCommand,
  audit: async () => (await import('./audit.js')).auditCommand,
  match: async () => (await import('./match.js')).matchCommand,
  anonymise: async () => (await import('./anonymise.js')).anonymiseCommand,
};

/** Runs the `tributary` command with these arguments; what a person can mend is one line on the error output and exit code 1. */
export async function run(args: readonly string[]): Promise<void> {
  const program = new Command('tributary')
    .description('The core of a customer data platform.')
    .showHelpAfterError(false)
    .exitOverride();
  try {
    for (const register of await registrationsFor(args[0])) register(program);
    await program.parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode = report(error);
  }
}

async function registrationsFor(name: string | undefined): Promise<Registration[]> {
  const wanted = name === undefined ? undefined : SUBCOMMANDS[name];
  const loads = wanted ? [wanted] : Object.values(SUBCOMMANDS);
  return Promise.all(loads.map((load) => load()));
}

function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode; // it has been printed
  const isForPeople = error instanceof StartError || error instanceof AppError;
  const text = error instanceof Error ? (isForPeople ? error.message : error.stack) : String(error);
  process.stderr.write(`${text}\n`);
  return 1;
}
