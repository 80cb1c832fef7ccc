import { appendFileSync } from 'node:fs';
import mongoose from 'mongoose';
import { main } from '../../dist/src/main.js';

/**
 * The server, with the commands of its database driver noted in COMMANDS_FILE, a line of JSON each: of what is written
 * only the keys, so that the file stays small.
 */
const { COMMANDS_FILE } = process.env;
const { MongoClient } = mongoose.mongo;
const connect = MongoClient.prototype.connect;

MongoClient.prototype.connect = function connectMonitored() {
  this.monitorCommands = true;
  this.on('commandStarted', note);
  return connect.call(this);
};

function note({ commandName: name, command }) {
  const { filter, query, pipeline } = command;
  const documents = command.documents?.map(({ _id, tenantId }) => ({ _id, tenantId }));
  const updates = command.updates?.map(({ q }) => ({ q }));
  const deletes = command.deletes?.map(({ q }) => ({ q }));
  const kept = { [name]: command[name], filter, query, pipeline, documents, updates, deletes };
  appendFileSync(COMMANDS_FILE, `${JSON.stringify({ name, collection: String(command[name]), command: kept })}\n`);
}

await main();
