import { trace } from '@opentelemetry/api';

/** What a log line tells of the trace it was written in; nothing where there is none. */
export function traceFields(): { traceId?: string } {
  const span = trace.getActiveSpan()?.spanContext();
  return span ? { traceId: span.traceId } : {};
}
