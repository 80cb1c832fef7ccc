import { spawn } from 'node:child_process';
import { orOneLine } from './for-people.mjs';
import { prepare } from './prepare.mjs';
import { inProject, root } from './project.mjs';

/** `npm run check`: the one gate. Runs every check to its end, so that one run shows all that is wrong. */
const tool = (name) => inProject('node_modules/.bin', name);
const CHECKS = [
  { name: 'lint', command: [tool('biome'), 'ci', '--colors=off', '--diagnostic-level=error', '.'] },
  { name: 'types', command: [tool('tsc'), '--noEmit', '-p', 'tsconfig.json'] },
  { name: 'architecture', command: [tool('depcruise'), 'src', 'seeds', '--config', '.dependency-cruiser.cjs'] },
  { name: 'dead code', command: [tool('knip')] },
  { name: 'schema', command: [process.execPath, 'scripts/emit-schema.mjs', '--check'] },
  { name: 'contract', command: [process.execPath, 'scripts/contract.mjs'] },
];
const AT_ONCE = 2;

await orOneLine(async () => {
  await prepare((line) => console.log(line));
  const waiting = [...CHECKS];
  const failed = [];
  const worker = async () => {
    for (let check = waiting.shift(); check; check = waiting.shift()) {
      if (!(await passes(check))) failed.push(check.name);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  console.log(failed.length === 0 ? 'All checks passed.' : `Failed: ${failed.join(', ')}.`);
  process.exitCode = failed.length === 0 ? 0 : 1;
});

async function passes({ name, command: [program, ...options] }) {
  const started = Date.now();
  const { code, said } = await endOf(program, options);
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  if (code !== 0) console.log(said.trimEnd());
  return code === 0;
}

function endOf(program, options) {
  const child = spawn(program, options, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
  }
  return new Promise((resolve) => {
    child.once('error', (error) => resolve({ code: 1, said: error.message }));
    child.once('close', (code) => resolve({ code, said }));
  });
}
