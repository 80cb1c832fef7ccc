import mongoose from 'mongoose';

/** What a MongoDB server says of itself. */
export interface ServerHello {
  readonly setName?: string;
  /** `isdbgrid` for the router of a sharded cluster. */
  readonly msg?: string;
  readonly isWritablePrimary?: boolean;
}

/** Asks the server for its hello; throws the driver's error where none answers within the limit. */
export function helloOf(uri: string, limitMs: number): Promise<ServerHello> {
  return withAdmin(uri, limitMs, (admin) => admin.command({ hello: 1 }) as Promise<ServerHello>);
}

/** Whether a server at this address answers as one that can be written within the limit. */
export async function answers(uri: string, limitMs: number): Promise<boolean> {
  try {
    return (await helloOf(uri, limitMs)).isWritablePrimary === true;
  } catch {
    return false;
  }
}

/** Runs commands on the server's admin database over a connection of their own. */
export async function withAdmin<T>(
  uri: string,
  limitMs: number,
  use: (admin: mongoose.mongo.Admin) => Promise<T>,
): Promise<T> {
  const client = new mongoose.mongo.MongoClient(uri, {
    serverSelectionTimeoutMS: limitMs,
    connectTimeoutMS: limitMs,
    socketTimeoutMS: limitMs,
    maxPoolSize: 1,
  });
  try {
    return await use(client.db().admin());
  } finally {
    await client.close();
  }
}
