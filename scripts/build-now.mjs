import { orOneLine } from './for-people.mjs';
import { prepare } from './prepare.mjs';

/** `npm run build`: makes the checkout ready and runs nothing. */
await orOneLine(() => prepare((line) => console.log(line), { pages: true }));
