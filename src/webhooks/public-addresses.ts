import { BlockList, isIP } from 'node:net';

/** Of IPv4, what the registry of special-purpose addresses (RFC 6890) and its successors keep from the public internet. */
const RESERVED_V4: readonly (readonly [string, number])[] = [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];
/** Of IPv6, what is public; in it, what leads elsewhere: Teredo and other protocols, documentation, 6to4. */
const PUBLIC_V6: readonly (readonly [string, number])[] = [['2000::', 3]];
const RESERVED_V6: readonly (readonly [string, number])[] = [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
];

const reserved = listOf(RESERVED_V4, 'ipv4', listOf(RESERVED_V6, 'ipv6'));
const publicV6 = listOf(PUBLIC_V6, 'ipv6');
const loopback = listOf([['127.0.0.0', 8]], 'ipv4', listOf([['::1', 128]], 'ipv6'));

/** Whether an IP address is on the public internet: no private, link-local, loopback or otherwise special one. */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !reserved.check(address, 'ipv4');
  return family === 6 && publicV6.check(address, 'ipv6') && !reserved.check(address, 'ipv6');
}

/** Whether an IP address is this machine's own. */
export function isLoopback(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return loopback.check(address, 'ipv4');
  return family === 6 && /^::1$/.test(address);
}

function listOf(
  subnets: readonly (readonly [string, number])[],
  family: 'ipv4' | 'ipv6',
  list = new BlockList(),
): BlockList {
  for (const [net, prefix] of subnets) list.addSubnet(net, prefix, family);
  return list;
}
