import type { Schedule } from '../jobs/job-scheduler.js';
import { RETAIN } from './retain.service.js';

/** The job that deletes what is kept no more, once a day (UTC) for each tenant that has rules. */
export const RETENTION_SCHEDULE: Schedule = {
  kind: RETAIN,
  parameters: { dryRun: false },
  pauseMs: 3_600_000, // a rule of a day need not be met to the hour
  occasionOf: ({ settings, now }) =>
    Object.keys(settings.retention).length === 0 ? undefined : now().toISOString().slice(0, 10),
};
