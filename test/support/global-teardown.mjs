import { rmSync } from 'node:fs';
import mongoose from 'mongoose';
import { serverFile } from './global-setup.mjs';

/** Stops the server of the API tests and removes what it stored. */
export default async function stopTestServer() {
  const { server, dataDir, mongodbUri, name, interpreting } = globalThis.tributaryTestServer;
  if (interpreting) await stopBeside(interpreting);
  server.child.kill('SIGTERM');
  const code = await server.ended;
  if (mongodbUri) await dropDatabase(mongodbUri, name);
  rmSync(dataDir, { recursive: true, force: true });
  rmSync(serverFile, { force: true });
  if (code !== 0) throw new Error(`The test server ended with code ${code}; .tmp/test-server.log tells why.`);
}

async function stopBeside({ server, dataDir }) {
  server.child.kill('SIGTERM');
  await server.ended;
  rmSync(dataDir, { recursive: true, force: true });
}

async function dropDatabase(uri, name) {
  const client = new mongoose.mongo.MongoClient(uri);
  await client.db(name).dropDatabase();
  await client.close();
}
