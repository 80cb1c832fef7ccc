import { badInput } from '../errors.js';
import { checkEncoding, type FileFormat, formatOf, withoutBom } from './file-head.rules.js';

const HEAD_BYTES = 64 * 1024;

/** A file whose beginning was read and judged. */
export interface OpenedSource {
  readonly format: FileFormat;
  readonly head: Buffer;
  /** All of the file from its beginning, without a byte order mark. */
  readonly chunks: AsyncGenerator<Buffer>;
}

/** Reads the beginning of a file; BAD_USER_INPUT where it is empty, in another encoding, or one JSON array. */
export async function openSource(source: AsyncIterable<Buffer>, fileName: string): Promise<OpenedSource> {
  const rest = source[Symbol.asyncIterator]();
  const read: Buffer[] = [];
  let bytes = 0;
  let isWhole = false;
  while (bytes < HEAD_BYTES && !isWhole) {
    const next = await rest.next();
    isWhole = next.done === true;
    if (next.done) break;
    read.push(next.value);
    bytes += next.value.length;
  }
  const start = Buffer.concat(read);
  checkEncoding(start, isWhole);
  const head = withoutBom(start);
  if (head.toString('latin1').trim() === '') throw badInput('file', 'is empty');
  return { format: formatOf(fileName, head), head, chunks: chunksOf(head, rest) };
}

async function* chunksOf(head: Buffer, rest: AsyncIterator<Buffer>): AsyncGenerator<Buffer> {
  yield head;
  for (let next = await rest.next(); !next.done; next = await rest.next()) yield next.value;
}
