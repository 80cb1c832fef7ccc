import type { FastifyReply, FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import type { ErrorFormat } from './error-format.js';

const COMPRESSED = 'content-encoding: the body must come uncompressed.';

/** Answers 415 to a compressed body before any of it is read, so that none is unpacked; others pass. */
export async function refuseCompressedBody(
  request: FastifyRequest,
  reply: FastifyReply,
  errors: ErrorFormat,
): Promise<FastifyReply | undefined> {
  const encoding = request.headers['content-encoding']?.trim().toLowerCase() ?? '';
  if (encoding === '' || encoding === 'identity') return undefined;
  const error = new GraphQLError(COMPRESSED, { extensions: { code: 'BAD_REQUEST' } });
  const refusal = reply.status(415).headers({ 'accept-encoding': 'identity', connection: 'close' });
  return refusal.send({ errors: [errors.show(error, request.id)] });
}
