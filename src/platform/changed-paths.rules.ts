/** What a change names where it tells of segments that were entered or left. */
export const SEGMENTS_PATH = 'segments';

/** As SEGMENTS_PATH, of tags. */
export const TAGS_PATH = 'tags';

/** What the name of a change begins with where a tag was put on somebody or taken off: its key follows. */
export const ASSIGNED = `${TAGS_PATH}.`;
