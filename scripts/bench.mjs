import { existsSync } from 'node:fs';
import { forPeople, orOneLine } from './for-people.mjs';
import { prepare } from './prepare.mjs';
import { inProject } from './project.mjs';

/** `npm run bench`: makes the checkout ready, then runs the side-by-side benchmarks of bench/main.mjs. */
await orOneLine(async () => {
  await prepare((line) => console.error(line));
  const program = inProject('bench', 'main.mjs');
  if (!existsSync(program)) throw forPeople('bench/main.mjs is missing: there is no benchmark to run.');
  const { main } = await import(program);
  await main(process.argv.slice(2));
});
