import { type Attributes, type Span, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Logger } from 'pino';

/** Where spans go, and how many. */
export interface TracingSettings {
  /** The collector's address, without `/v1/traces`. */
  readonly endpoint: string;
  /** Sent with each export, as a key for the collector. */
  readonly headers: Readonly<Record<string, string>>;
  /** The share of traces that is kept, 0 to 1; what a caller has decided for its trace goes before. */
  readonly ratio: number;
}

/** Whether spans are made; `stop` sends those that wait. */
export interface Tracing {
  readonly isOn: boolean;
  stop(): Promise<void>;
}

/** Makes no spans. */
export const NO_TRACING: Tracing = { isOn: false, stop: async () => {} };

/** Makes spans; they come to nothing where tracing is off. */
export const tracer = trace.getTracer('tributary');

/** Sends spans to a collector; without settings nothing of the SDK is loaded. */
export async function startTracing(settings: TracingSettings | undefined, logger: Logger): Promise<Tracing> {
  if (!settings) return NO_TRACING;
  const { startSdk } = await import('./tracing-sdk.js');
  return startSdk(settings, logger);
}

/** Names of the methods of a class that answer by a promise. */
type AsyncMethod<T> = {
  [K in keyof T]: T[K] extends (...given: never[]) => Promise<unknown> ? K : never;
}[keyof T];

/** The same object, each of whose named methods runs in a span of that name; arguments and results stay out of it. */
export function withSpans<T extends object>(
  tracing: Tracing,
  target: T,
  names: Partial<Record<AsyncMethod<T>, string>>,
): T {
  if (!tracing.isOn) return target;
  const spanned = new Map<string | symbol, unknown>();
  for (const [method, name] of Object.entries(names as Record<string, string>)) {
    const run = Reflect.get(target, method) as (...given: unknown[]) => Promise<unknown>;
    spanned.set(method, (...given: unknown[]) => inSpan(name, () => run.apply(target, given)));
  }
  return new Proxy(target, {
    get: (from, key) => spanned.get(key) ?? ownValue(from, key),
  });
}

/** A method keeps the object it came from: one that calls others of its own is one span. */
function ownValue(target: object, key: string | symbol): unknown {
  const value: unknown = Reflect.get(target, key);
  return typeof value === 'function' ? value.bind(target) : value;
}

/** Runs `work` in a span. */
function inSpan<T>(name: string, work: () => Promise<T>): Promise<T> {
  return tracer.startActiveSpan(name, async (span) => {
    try {
      return await work();
    } catch (error) {
      fail(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

/** Marks a span as failed by the kind of its error: messages may quote values. */
export function fail(span: Span, error: unknown): void {
  span.setAttribute('error.type', error instanceof Error ? error.name : typeof error);
  span.setStatus({ code: SpanStatusCode.ERROR });
}

/** Adds to the span of the work under way, where there is one. */
export function describeSpan(name: string, attributes: Attributes): void {
  trace.getActiveSpan()?.updateName(name).setAttributes(attributes);
}
