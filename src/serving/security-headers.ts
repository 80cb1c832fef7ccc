import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { FastifyReply, FastifyRequest } from 'fastify';
import helmet from 'helmet';

/** What an answer's page may load, as helmet takes it. */
export type PageRights = Readonly<Record<string, readonly string[]>>;

/** Sets headers on an answer before anything else does. */
export type HeaderHook = (request: FastifyRequest, reply: FastifyReply, next: () => void) => void;

/** A hook that sets helmet's headers. They are the same each time, so helmet is asked once: asked each time it is dear. */
export function securityHeaders(rights: PageRights): HeaderHook {
  const headers = headersOf(rights);
  return (_request, reply, next) => {
    reply.headers(headers);
    next();
  };
}

function headersOf(rights: PageRights): Record<string, string> {
  const directives = Object.fromEntries(Object.entries(rights).map(([name, values]) => [name, [...values]]));
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  const options = {
    contentSecurityPolicy: { useDefaults: false, directives },
    xFrameOptions: { action: 'deny' },
  } as const;
  helmet(options)(request, response, (error) => {
    if (error) throw error;
  });
  return Object.fromEntries(Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]));
}
