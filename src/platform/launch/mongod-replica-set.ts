import type mongoose from 'mongoose';
import { withAdmin } from './mongo-probe.js';

const LIMIT_MS = 10_000;
const NOT_YET_INITIALIZED = 94;

interface ReplicaSetConfig {
  readonly version: number;
  readonly members: readonly { readonly host: string }[];
}

/** Makes the mongod on this port the one node of its replica set, also where its files remember another port. */
export async function initiateReplicaSet(port: number, replicaSet: string): Promise<void> {
  await withAdmin(`mongodb://127.0.0.1:${port}/?directConnection=true`, LIMIT_MS, async (admin) => {
    const host = `127.0.0.1:${port}`;
    const config = await configOf(admin);
    if (!config) {
      await admin.command({ replSetInitiate: { _id: replicaSet, members: [{ _id: 0, host }] } });
      return;
    }
    const [member] = config.members;
    if (member?.host === host) return;
    const moved = { ...config, version: config.version + 1, members: [{ ...member, host }] };
    await admin.command({ replSetReconfig: moved, force: true });
  });
}

async function configOf(admin: mongoose.mongo.Admin): Promise<ReplicaSetConfig | undefined> {
  try {
    return (await admin.command({ replSetGetConfig: 1 })).config as ReplicaSetConfig;
  } catch (error) {
    if ((error as { code?: number }).code === NOT_YET_INITIALIZED) return undefined;
    throw error;
  }
}
