import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { forPeople } from './for-people.mjs';
import { hashOf, inProject, root } from './project.mjs';

const LOCKFILE = inProject('package-lock.json');
const INSTALLED = inProject('node_modules', '.package-lock.json');
const STAMP = inProject('node_modules', '.tributary-lockfile');
const NETWORK_FAULT = /ENOTFOUND|ECONNREFUSED|ECONNRESET|ETIMEDOUT|EAI_AGAIN|ENETUNREACH|ERR_SOCKET_TIMEOUT|network/i;
/**
 * Not `npm ci`: it refuses a lockfile without the optional packages of other systems, which a registry may not carry. With
 * `--no-save` the versions are the lockfile's all the same, and the lockfile stays as it is.
 */
const INSTALL = ['install', '--no-save', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'];
const LIMITS = ['--fetch-retries=1', '--fetch-retry-mintimeout=500', '--fetch-retry-maxtimeout=2000'];
const PROBED_PACKAGE = 'zod';

/** Installs what the lockfile names, unless it is there already. */
export async function ensureInstalled(say) {
  const lockfile = readFileSync(LOCKFILE, 'utf8');
  const stamp = hashOf(lockfile);
  if (existsSync(STAMP) && readFileSync(STAMP, 'utf8') === stamp) return;
  if (!holdsAll(JSON.parse(lockfile).packages)) {
    say('Installing the packages of the lockfile (once) ...');
    await runNpm();
  }
  writeFileSync(STAMP, stamp);
}

/** Whether node_modules was installed from these packages; optional ones of other systems may be missing. */
function holdsAll(wanted) {
  if (!existsSync(INSTALLED)) return false;
  const installed = JSON.parse(readFileSync(INSTALLED, 'utf8')).packages;
  return Object.entries(wanted).every(([path, { version, integrity, optional }]) => {
    const found = installed[path];
    if (path === '' || (optional && !found)) return true;
    return found?.version === version && found?.integrity === integrity;
  });
}

async function runNpm() {
  const isOnline = await reachesRegistry();
  const { code, said } = await npm(isOnline ? INSTALL : [...INSTALL, '--offline']);
  if (code === 0) return;
  if (!isOnline || NETWORK_FAULT.test(said)) {
    throw forPeople(
      "The packages can't be installed because the package registry can't be reached: connect to the network, or point npm's `registry` setting to a mirror you can reach, then try again.",
    );
  }
  const [, reason = 'npm ended without a word'] = /^npm error (?!code )(.+)$/m.exec(said) ?? [];
  throw forPeople(`The packages can't be installed: ${reason.trim()}. Run \`npm install --no-save\` to see all of it.`);
}

/** One small question first: an install without a network would try each package anew, for minutes. */
async function reachesRegistry() {
  const { code, said } = await npm(['view', PROBED_PACKAGE, 'version', '--fetch-retries=1', '--fetch-timeout=10000']);
  return code === 0 || !NETWORK_FAULT.test(said);
}

function npm(options) {
  const program = process.env.npm_execpath;
  const limits = [...options, ...LIMITS];
  return program && basename(program) === 'npm-cli.js'
    ? endOf(process.execPath, [program, ...limits])
    : endOf('npm', limits);
}

function endOf(command, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, options, { cwd: root, stdio: ['ignore', 'ignore', 'pipe'] });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text) => {
      said += text;
    });
    child.once('error', () => reject(forPeople('npm is not on the PATH: install it together with Node.')));
    child.once('close', (code) => resolve({ code, said }));
  });
}
