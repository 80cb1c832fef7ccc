import { ensureBuilt } from './build.mjs';
import { buildGraphiql } from './build-graphiql.mjs';
import { forPeople } from './for-people.mjs';
import { ensureInstalled } from './install.mjs';

/** Oldest Node that the dependencies run on. */
const OLDEST_NODE = [20, 19];

/** Makes a fresh checkout ready to run: checks Node, installs what the lockfile names, builds what changed; with `pages`, GraphiQL too. */
export async function prepare(say, { pages = false } = {}) {
  requireNode(process.versions.node);
  await ensureInstalled(say);
  await ensureBuilt(say);
  if (pages && (await buildGraphiql())) say('Built the GraphiQL page.');
}

function requireNode(version) {
  const [major, minor] = version.split('.').map(Number);
  const [oldestMajor, oldestMinor] = OLDEST_NODE;
  if (major > oldestMajor || (major === oldestMajor && minor >= oldestMinor)) return;
  throw forPeople(
    `Tributary needs Node ${OLDEST_NODE.join('.')} or later and this is ${version}: install a newer one.`,
  );
}
