import type { FastifyRequest } from 'fastify';
import { type AskedDocument, hashIn } from '../documents/trusted-document.rules.js';
import type { TrustedDocumentService } from '../documents/trusted-document.service.js';
import { type ContextSource, callerOf } from './serving-context.js';

/** What a request asks for, before anything is known of it. */
export interface Asked extends AskedDocument {
  readonly operationName?: unknown;
}

/** A request as Apollo Server reads it. */
export interface SentRequest {
  readonly search: string;
  readonly body: unknown;
}

/** What tells which text a request is to run. */
export interface RegisteredDocuments {
  readonly contextOf: ContextSource;
  readonly documents: Pick<TrustedDocumentService, 'textFor'>;
}

export function askedOf({ method, url, body }: FastifyRequest): Asked {
  if (method === 'GET') return Object.fromEntries(new URLSearchParams(searchOf(url)));
  return typeof body === 'object' && body !== null ? body : {};
}

/**
 * A request as it stands; one that names its document by a hash, with the text that is registered under it. What can't be
 * found out here stays as it is: the request's context says why.
 */
export async function requestToRun(request: FastifyRequest, registered: RegisteredDocuments): Promise<SentRequest> {
  const [asked, search] = [askedOf(request), searchOf(request.url)];
  const text = hashIn(asked) === undefined ? undefined : await textOf(request, asked, registered);
  if (text === undefined) return { search, body: request.body };
  const { extensions: _named, ...rest } = asked;
  if (request.method !== 'GET') return { search, body: { ...rest, query: text } };
  const parameters = new URLSearchParams(search);
  parameters.set('query', text);
  parameters.delete('extensions');
  return { search: `?${parameters}`, body: request.body };
}

async function textOf(request: FastifyRequest, asked: Asked, { contextOf, documents }: RegisteredDocuments) {
  const { authorization, 'tributary-purpose': purpose } = request.headers;
  try {
    const context = await contextOf({ authorization, purpose: purpose?.toString() }, request.id);
    return await documents.textFor(callerOf(context), asked);
  } catch {
    return undefined;
  }
}

function searchOf(url: string): string {
  const at = url.indexOf('?');
  return at < 0 ? '' : url.slice(at);
}
