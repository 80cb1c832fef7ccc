/** Somebody's entering or leaving of a segment, or that it is to be told of as if they did. */
export interface Turn {
  /** Of the turn, or of what caused it. */
  readonly id: string;
  readonly segmentId: string;
  readonly profileId: string;
  readonly entered: boolean;
  readonly reason: string;
  readonly at: Date;
}

/** Whom to tell. */
export interface Told {
  readonly id: string;
  readonly destinationId: string;
  readonly purpose: string;
}

/** What a destination is told of a turn: ids, names that the tenant gave, and why; nothing else of the person. */
export function noticeOf(turn: Turn, { id: activationId, destinationId, purpose }: Told, segmentName: string | null) {
  const { segmentId, profileId, entered, reason, at } = turn;
  return {
    destinationId,
    key: `${activationId} ${turn.id}`,
    type: entered ? 'segment.entered' : 'segment.exited',
    at,
    profileId,
    data: { activationId, segmentId, segmentName, profileId, purpose, reason, at: at.toISOString() },
  };
}
