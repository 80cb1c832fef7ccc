import { DiagLogLevel, diag } from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import {
  BatchSpanProcessor,
  NodeTracerProvider,
  ParentBasedSampler,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';
import type { Logger } from 'pino';
import { withoutQuotations } from './logger.js';
import type { Tracing, TracingSettings } from './tracing.js';

const LONGEST_EXPORT_MS = 3_000;

/** Registers OpenTelemetry's SDK for this process; spans leave it in batches, by OTLP as JSON over HTTP. */
export function startSdk({ endpoint, headers, ratio }: TracingSettings, logger: Logger): Tracing {
  const log = (message: string) => logger.warn({ component: 'tracing' }, withoutQuotations(message));
  diag.setLogger({ error: log, warn: log, info: log, debug: log, verbose: log }, DiagLogLevel.ERROR);
  const url = `${endpoint.replace(/\/+$/, '')}/v1/traces`;
  const exporter = new OTLPTraceExporter({ url, headers, timeoutMillis: LONGEST_EXPORT_MS });
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes({ 'service.name': 'tributary' }),
    sampler: new ParentBasedSampler({ root: new TraceIdRatioBasedSampler(ratio) }),
    spanProcessors: [new BatchSpanProcessor(exporter)],
  });
  provider.register();
  return { isOn: true, stop: () => provider.shutdown().catch(() => log('Spans were left unsent.')) };
}
