/** What a change names where it tells of segments that were entered or left. */
export const SEGMENTS_PATH = 'segments';

/** As SEGMENTS_PATH, of tags. */
export const TAGS_PATH = 'tags';

/** What the name of a change begins with where a tag was put on somebody or taken off: its key follows. */
export const ASSIGNED = `${TAGS_PATH}.`;

/** What a change names where it tells of the stage or activity of a customer. */
export const LIFECYCLE_PATH = 'lifecycle';

/** What a change names where it tells of a customer's tier. */
export const RFM_PATH = 'rfm';
