import { type Span, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { mongo } from 'mongoose';
import { tracer } from './tracing.js';

const MOST_OPEN = 10_000;

/** Makes each command of a driver that monitors them a span: its name and collection, and nothing of its content. */
export function traceCommands(client: mongo.MongoClient): void {
  const open = new Map<number, Span>();
  client.on('commandStarted', (event) => {
    if (!trace.getActiveSpan() || open.size >= MOST_OPEN) return;
    open.set(event.requestId, begin(event));
  });
  const end = (requestId: number): Span | undefined => {
    const span = open.get(requestId);
    open.delete(requestId);
    return span;
  };
  client.on('commandSucceeded', ({ requestId }) => end(requestId)?.end());
  client.on('commandFailed', ({ requestId }) => {
    end(requestId)?.setStatus({ code: SpanStatusCode.ERROR }).end();
  });
}

function begin({ commandName, command }: mongo.CommandStartedEvent): Span {
  const collection = [command[commandName], command.collection].find((name) => typeof name === 'string');
  return tracer.startSpan(collection ? `${commandName} ${collection}` : commandName, {
    kind: SpanKind.CLIENT,
    attributes: {
      'db.system.name': 'mongodb',
      'db.operation.name': commandName,
      ...(collection !== undefined && { 'db.collection.name': collection }),
    },
  });
}
