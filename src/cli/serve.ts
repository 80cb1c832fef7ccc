import type { Command } from 'commander';

/** `tributary serve`: the server, until it is told to stop. */
export function serveCommand(program: Command): void {
  program
    .command('serve')
    .description('serve GraphQL and the ingestion endpoints')
    .action(async () => {
      const { main } = await import('../main.js');
      await main();
    });
}
