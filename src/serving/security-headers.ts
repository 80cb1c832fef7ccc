import helmet, { type FastifyHelmetOptions } from '@fastify/helmet';
import { type FastifyReply, type FastifyRequest, fastify } from 'fastify';

/** What an answer's page may load, as helmet takes it. */
export type PageRights = Readonly<Record<string, readonly string[]>>;

/** Sets headers on an answer before anything else does. */
export type HeaderHook = (request: FastifyRequest, reply: FastifyReply, next: () => void) => void;

const OF_EVERY_ANSWER: readonly string[] = ['content-length', 'content-type', 'connection', 'date'];

/** A hook that sets helmet's headers. They are the same each time, so helmet is asked once: asked each time it is dear. */
export async function securityHeaders(rights: PageRights): Promise<HeaderHook> {
  const directives = Object.fromEntries(Object.entries(rights).map(([name, values]) => [name, [...values]]));
  const options: FastifyHelmetOptions = {
    contentSecurityPolicy: { useDefaults: false, directives },
    xFrameOptions: { action: 'deny' },
  };
  const probe = fastify();
  await probe.register(helmet, options);
  probe.get('/', async () => '');
  const { headers } = await probe.inject('/');
  await probe.close();
  const own = Object.fromEntries(Object.entries(headers).filter(([name]) => !OF_EVERY_ANSWER.includes(name)));
  return (_request, reply, next) => {
    reply.headers(own);
    next();
  };
}
