import type { Schedule } from '../jobs/job-scheduler.js';
import type { RfmVersionService } from '../rfm/rfm-version.service.js';
import { SCORING } from './scoring.service.js';
import { markOfSettings, nightDue } from './scoring-time.rules.js';

/**
 * The job that scores customers, each night of each tenant's time zone: also by day where the last night was missed, or
 * settings have changed since.
 */
export function scoringSchedule(versions: Pick<RfmVersionService, 'latest'>): Schedule {
  return {
    kind: SCORING,
    parameters: {},
    pauseMs: 600_000,
    occasionOf: async (ctx) =>
      nightDue(ctx.now(), ctx.settings.timeZone, markOfSettings(ctx.settings), await versions.latest(ctx)),
  };
}
