import { orOneLine } from './for-people.mjs';
import { prepare } from './prepare.mjs';

/** `npm start`: makes the checkout ready, then serves in this same process, so that signals reach the server. */
await orOneLine(async () => {
  await prepare((line) => console.log(line), { pages: true });
  const { main } = await import('../dist/src/main.js');
  await main();
});
