import { helloOf, type ServerHello } from './mongo-probe.js';
import { StartError } from './start-error.js';

const ANSWER_LIMIT_MS = 4_500;
const DEFAULT_NAME = 'tributary';
const AUTHENTICATION_FAILED = 18;
const UNAUTHORIZED = 13;
const ADDRESS = /^mongodb(?:\+srv)?:\/\/(?:[^@/]*@)?([^/?]+)(?:\/([^?]*))?(?:\?.*)?$/;

/** Checks that `MONGODB_URI` leads to a replica set or a sharded cluster, and says which database it names. */
export async function checkExternalDatabase(uri: string): Promise<{ uri: string; name: string; hosts: string }> {
  const [, hosts = '', path = ''] =
    ADDRESS.exec(uri) ?? fault('has the wrong form: it must be mongodb://host:port/database?replicaSet=name');
  const hello = await helloOf(uri, ANSWER_LIMIT_MS).catch((error: unknown) => fault(reasonOf(error, hosts)));
  requireChangeStreams(hello, hosts);
  return { uri, name: decodeURIComponent(path) || DEFAULT_NAME, hosts };
}

function requireChangeStreams(hello: ServerHello, hosts: string): void {
  if (hello.setName || hello.msg === 'isdbgrid') return;
  fault(
    `${hosts} is a single server without change streams: run it as a replica set (mongod --replSet rs0, then rs.initiate())`,
  );
}

/** The reason in our own words: the driver's may quote the address with its password. */
function reasonOf(error: unknown, hosts: string): string {
  const { name, code } = error as { name?: string; code?: number };
  if (name === 'MongoParseError' || name === 'MongoInvalidArgumentError' || name === 'MongoAPIError') {
    return 'has the wrong form: check its options against the driver’s documentation';
  }
  if (code === AUTHENTICATION_FAILED || code === UNAUTHORIZED)
    return `${hosts} refuses the user name or password: mend them`;
  return `${hosts} doesn't answer within ${ANSWER_LIMIT_MS / 1000} s: start that database, or correct the address`;
}

function fault(reason: string): never {
  throw new StartError(`MONGODB_URI ${reason}, or unset MONGODB_URI so that Tributary finds a database itself.`);
}
