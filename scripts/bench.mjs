import 'reflect-metadata';
import { orOneLine } from './for-people.mjs';
import { prepare } from './prepare.mjs';

/** `npm run bench`: makes the checkout ready, then runs the side-by-side benchmarks of bench/main.mjs. */
await orOneLine(async () => {
  await prepare((line) => console.error(line));
  const { main } = await import('../bench/main.mjs');
  await main(process.argv.slice(2));
});
