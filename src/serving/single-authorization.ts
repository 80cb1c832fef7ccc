import type { IncomingMessage } from 'node:http';

/**
 * Takes a request with several `Authorization` headers for one whose token doesn't hold: Node would read the first, a
 * proxy before it may have checked another.
 */
export function voidSeveralAuthorizations({ rawHeaders, headers }: IncomingMessage): void {
  let found = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? '';
    if (name.length === 'authorization'.length && name.toLowerCase() === 'authorization') found += 1;
  }
  if (found > 1) headers.authorization = '';
}
