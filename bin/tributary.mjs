#!/usr/bin/env node
import { orOneLine } from '../scripts/for-people.mjs';
import { prepare } from '../scripts/prepare.mjs';

/** The `tributary` command: makes the checkout ready, telling so on the error output alone, then runs the command. */
await orOneLine(async () => {
  await prepare((line) => console.error(line));
  const { run } = await import('../dist/src/cli/main.js');
  await run(process.argv.slice(2));
});
