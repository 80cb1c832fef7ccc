import type { PlacedChange } from './change-ring.js';
import { type ChangeScope, type ChangeSource, isHistoryLost, isMark } from './change-source.js';
import type { Change } from './changes.js';

const PIECE = 500;

/** A place in the log of changes, behind one change. */
export interface Position {
  readonly changeKey: string;
  readonly token: string | undefined;
  /** When the change was dated: says where to read by time. */
  readonly at: Date;
}

/** One reader that has missed changes. */
export interface ReaderOfMissed {
  readonly scope: ChangeScope;
  /** Takes what was missed, in order; the next piece waits for its end. */
  take(changes: readonly PlacedChange[]): Promise<void>;
  readonly signal: AbortSignal;
}

/** A mark that was set after all that is to be read. */
export interface EndMark {
  readonly key: string;
  /** Whether a change has come live behind the mark. */
  isLive(change: Change): boolean;
}

/** The place behind a change. */
export function positionOf({ change, token }: PlacedChange): Position {
  return { changeKey: change._id, token, at: change.at };
}

/**
 * Gives a reader what lies between a place and a mark: from the database's stream; by date where the stream has let go
 * of it, and then changes of the minute before the place may be given again.
 */
export async function readUpTo(
  source: ChangeSource,
  reader: ReaderOfMissed,
  from: Position,
  mark: EndMark,
): Promise<void> {
  if (from.token === undefined) return readByTime(source, reader, from, mark);
  try {
    await readStream(source, reader, from.token, mark);
  } catch (error) {
    if (!isHistoryLost(error)) throw error;
    await readByTime(source, reader, from, mark);
  }
}

async function readStream(source: ChangeSource, reader: ReaderOfMissed, token: string, mark: EndMark): Promise<void> {
  for await (const piece of inPieces(source.follow({ token }, reader.signal, reader.scope), mark.key)) {
    if (piece.length > 0) await reader.take(piece);
  }
}

async function readByTime(
  source: ChangeSource,
  reader: ReaderOfMissed,
  { at, changeKey }: Position,
  mark: EndMark,
): Promise<void> {
  for await (const piece of source.byTime(reader.scope, at)) {
    if (reader.signal.aborted) return;
    await reader.take(piece.filter(({ change }) => change._id !== changeKey && !mark.isLive(change)));
  }
}

/** Changes in pieces, without marks, up to the mark of a key; a piece ends where nothing more comes for now. */
async function* inPieces(
  changes: AsyncIterable<PlacedChange | undefined>,
  markKey: string,
): AsyncGenerator<PlacedChange[]> {
  let piece: PlacedChange[] = [];
  for await (const placed of changes) {
    if (placed && !isMark(placed.change)) piece.push(placed);
    const isEnd = placed?.change._id === markKey;
    if (placed && !isEnd && piece.length < PIECE) continue;
    yield piece;
    if (isEnd) return;
    piece = [];
  }
}
