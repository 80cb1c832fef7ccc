import { spawn } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { orOneLine } from './for-people.mjs';
import { prepare } from './prepare.mjs';
import { inProject, root } from './project.mjs';

/**
 * `npm test`: makes the checkout ready, runs all tests (or those that jest's arguments name) and ends with one plain line
 * of counts. The server that the API tests start finds or installs the database by itself.
 */
const COUNTS_FILE = inProject('.tmp', 'test-counts.json');
const JEST = ['--experimental-vm-modules', '--no-warnings', inProject('node_modules/jest/bin/jest.js')];

await orOneLine(async () => {
  await prepare((line) => console.log(line), { pages: true });
  rmSync(COUNTS_FILE, { force: true });
  const code = await runJest(process.argv.slice(2));
  const { passed, failed, skipped } = readCounts(code);
  console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`);
  process.exitCode = code === 0 && failed === 0 ? 0 : 1;
});

function runJest(options) {
  const child = spawn(process.execPath, [...JEST, ...options], {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, TEST_COUNTS_FILE: COUNTS_FILE },
  });
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve) => child.once('close', (code) => resolve(code ?? 1)));
}

/** What the tests came to; a run that ended without telling, or failed outside its tests, counts one failure. */
function readCounts(code) {
  const counts = countsIn(COUNTS_FILE) ?? { passed: 0, failed: 0, skipped: 0 };
  return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function countsIn(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}
