/** A tag as a profile's document notes it. */
export interface NotedTag {
  readonly tagId: string;
  readonly source: string;
  readonly confidence: number;
  readonly at: Date;
  readonly expiresAt: Date | null;
}

/** The segments that a profile is in and the tags it carries, as of a revision of its standing. */
export interface StandingNote {
  readonly profileId: string;
  readonly segmentIds: readonly string[];
  readonly enteredAt: Readonly<Record<string, Date>>;
  readonly tagKeys: readonly string[];
  /** Of the tags those it came by last. */
  readonly tags: readonly NotedTag[];
  readonly revision: number;
}
