import { badInput } from '../platform/errors.js';
import { isLoopback, isPublicAddress } from './public-addresses.js';

/** So many destinations a tenant has at most. */
export const MOST_DESTINATIONS = 20;

const LONGEST_NAME = 100;
const LONGEST_URL = 2_000;
/** Below it are ports of other protocols: a request sent there may be taken for one of theirs. */
const FIRST_FREE_PORT = 1_024;
const HTTPS_PORT = 443;

/** A destination's name as it is stored; BAD_USER_INPUT where it is empty or longer than 100 characters. */
export function readName(name: string): string {
  const read = name.trim();
  if (read.length === 0 || read.length > LONGEST_NAME)
    throw badInput('name', `must have 1 to ${LONGEST_NAME} characters`);
  return read;
}

/**
 * An address as it is stored. It must be https with a public host, without credentials and fragment, on port 443 or one
 * from 1024; where `toLoopback`, http and https to this machine are taken as well, on any port. What the host's name leads
 * to is looked at when it is connected to.
 */
export function readUrl(text: string, toLoopback: boolean): URL {
  const url = URL.canParse(text) && text.length <= LONGEST_URL ? new URL(text) : undefined;
  if (!url) throw badInput('url', `must be an https address of at most ${LONGEST_URL} characters`);
  if (url.username || url.password) throw badInput('url', 'must hold no credentials; deliveries are signed');
  if (url.hash) throw badInput('url', 'must hold no fragment');
  const host = hostOf(url);
  const isHere = isLoopback(host) || host === 'localhost';
  if (!(toLoopback && isHere && /^https?:$/.test(url.protocol))) refuseUnlessPublic(url, host);
  return url;
}

function refuseUnlessPublic(url: URL, host: string): void {
  if (url.protocol !== 'https:') throw badInput('url', 'must begin with https://');
  const port = url.port === '' ? HTTPS_PORT : Number(url.port);
  if (port !== HTTPS_PORT && port < FIRST_FREE_PORT)
    throw badInput('url', `must name no port, ${HTTPS_PORT} or one from ${FIRST_FREE_PORT}`);
  if (!isPublicHost(host)) throw badInput('url', 'must name a host on the public internet');
}

/** A URL's host without its port; an IPv6 address without brackets. */
export function hostOf({ hostname }: URL): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

function isPublicHost(host: string): boolean {
  if (/^[\d.]+$/.test(host) || host.includes(':')) return isPublicAddress(host);
  return host.includes('.') && !/\.(localhost|local|internal|home\.arpa)\.?$/.test(host);
}
