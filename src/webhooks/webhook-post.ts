import { type LookupAddress, type LookupOptions, lookup } from 'node:dns';
import { type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { hostOf } from './destination.rules.js';
import { isLoopback, isPublicAddress } from './public-addresses.js';
import { WebhookFault } from './webhook-delivery.entity.js';

/** What came of one request. */
export type PostResult =
  | { readonly status: number; readonly retryAfter: string | undefined }
  | { readonly fault: WebhookFault };

/** What is sent. */
export interface PostedMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** Sends one message; it throws nothing. */
export type Post = (url: URL, message: PostedMessage) => Promise<PostResult>;

const TIMEOUT_MS = 15_000;

/** An address that requests must not go to. */
class RefusedAddress extends Error {}

/**
 * Posts JSON by HTTP: to public addresses alone, which is looked at as the connection is made, and, where `toLoopback`, to
 * this machine. Redirects are not followed, bodies of answers not read, and 15 seconds are all it takes.
 */
export function postTo(toLoopback: boolean): Post {
  const mayReach = (address: string) => isPublicAddress(address) || (toLoopback && isLoopback(address));
  return async (url, message) => {
    const host = hostOf(url);
    if (isIP(host) > 0 && !mayReach(host)) return { fault: WebhookFault.ADDRESS };
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    try {
      return await send(url, message, { signal, lookup: lookupOf(mayReach) });
    } catch (error) {
      return { fault: faultOf(error, signal) };
    }
  };
}

function faultOf(error: unknown, signal: AbortSignal): WebhookFault {
  if (error instanceof RefusedAddress) return WebhookFault.ADDRESS;
  return signal.aborted ? WebhookFault.TIMEOUT : WebhookFault.UNREACHABLE;
}

function send(url: URL, { headers, body }: PostedMessage, own: RequestOptions): Promise<PostResult> {
  const usual = { 'content-type': 'application/json', 'user-agent': 'Tributary-Webhooks' };
  const length = { 'content-length': String(Buffer.byteLength(body)) };
  const options = { ...own, method: 'POST', agent: false as const, headers: { ...usual, ...length, ...headers } };
  return new Promise((resolve, reject) => {
    const request = url.protocol === 'https:' ? requestHttps : requestHttp;
    const sent = request(url, options, (response) => {
      resolve({ status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] });
      response.destroy();
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** Looks names up as usual, and fails where one of the addresses must not be reached. */
function lookupOf(mayReach: (address: string) => boolean): LookupFunction {
  return (hostname, options, callback) => {
    const all = { ...(options as LookupOptions), all: true as const };
    lookup(hostname, all, (error, addresses: LookupAddress[]) => {
      if (error) return callback(error, '', 0);
      const [first] = addresses;
      if (!first || !addresses.every(({ address }) => mayReach(address)))
        return callback(new RefusedAddress('Not a public address.'), '', 0);
      return (options as LookupOptions).all ? callback(null, addresses) : callback(null, first.address, first.family);
    });
  };
}
