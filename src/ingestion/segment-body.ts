import { isUtf8 } from 'node:buffer';
import { promisify } from 'node:util';
import { gunzip, inflate, inflateRaw } from 'node:zlib';

export const LARGEST_BATCH_BYTES = 500 * 1024;

/** A call that is turned away as a whole: it never reaches ingestion. */
export class CallRefused extends Error {
  constructor(
    readonly status: 400 | 403 | 413 | 415 | 429,
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

export function tooLarge(what: string, limit: string): CallRefused {
  return new CallRefused(413, 'TOO_LARGE', `${what} is too large: at most ${limit} are taken.`);
}

type Unpack = (packed: Buffer, limits: { maxOutputLength: number }) => Promise<Buffer>;

const unpackGzip: Unpack = promisify(gunzip);
const unpackZlib: Unpack = promisify(inflate);
const unpackRaw: Unpack = promisify(inflateRaw);

/** `deflate` is zlib's format by the specification; some clients send the bare stream. */
const unpackDeflate: Unpack = (packed, limits) => {
  const [first = 0, second = 0] = packed;
  const isZlib = (first & 0x0f) === 8 && (first * 256 + second) % 31 === 0;
  return (isZlib ? unpackZlib : unpackRaw)(packed, limits);
};

const UNPACK: Readonly<Record<string, Unpack>> = {
  gzip: unpackGzip,
  'x-gzip': unpackGzip,
  deflate: unpackDeflate,
};

/** The body's bytes, unpacked by its content-encoding; unpacking stops at the limit of a batch. */
export async function unpackBody(body: Buffer, encoding = ''): Promise<Buffer> {
  const name = encoding.trim().toLowerCase();
  if (name === '' || name === 'identity') return body;
  const unpack = Object.hasOwn(UNPACK, name) ? UNPACK[name] : undefined;
  if (!unpack) throw new CallRefused(415, 'UNKNOWN_ENCODING', 'content-encoding: must be gzip, deflate or identity');
  try {
    return await unpack(body, { maxOutputLength: LARGEST_BATCH_BYTES });
  } catch (error) {
    if (error instanceof RangeError) throw tooLarge('The unpacked body', `${LARGEST_BATCH_BYTES} bytes`);
    throw new CallRefused(400, 'BAD_USER_INPUT', `The body is no ${name}, although content-encoding says so.`);
  }
}

/** The body's JSON object. */
export function parseBody(body: Buffer): Record<string, unknown> {
  if (!isUtf8(body)) throw new CallRefused(400, 'BAD_USER_INPUT', 'The body must be JSON in UTF-8.');
  const parsed = jsonOf(body.toString('utf8'));
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw new CallRefused(400, 'BAD_USER_INPUT', 'The body must be a JSON object.');
  return parsed as Record<string, unknown>;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // the parser's own message quotes the body
    throw new CallRefused(400, 'BAD_USER_INPUT', 'The body must be a JSON object; it is no valid JSON.');
  }
}
