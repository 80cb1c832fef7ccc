import { firstOrders } from './workload.mjs';

/** New people of rounds of their own: no other benchmark has met them. */
const FIRST_PERSON = 5_000_000;
const WARM_UP_ROUNDS = 2;

/** What a batch of new people stores, by collection: taken from the inserts that the driver sends for it. */
async function insertedBy(database, work) {
  const client = database.connection.getClient();
  const inserted = new Map();
  const note = ({ command }) => {
    if (command.insert) inserted.set(command.insert, [...(inserted.get(command.insert) ?? []), ...command.documents]);
  };
  client.on('commandStarted', note);
  await work();
  client.off('commandStarted', note);
  return inserted;
}

/** An empty collection with the indexes of another. */
async function twinOf(db, name) {
  const twin = await db.createCollection(`floor_${name}`);
  for (const { v: _version, key, ...options } of await db.collection(name).indexes())
    if (options.name !== '_id_') await twin.createIndex(key, options);
  return twin;
}

async function timed(work) {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

/** The time of the raw events, and that of each collection that ingestion writes for them. */
async function runRound(sides, events, twins) {
  const { db } = sides.database.connection;
  const inserted = await insertedBy(sides.database, () => sides.ingest(events));
  const rawMs = await timed(() => sides.insert(events));
  const times = {};
  for (const [name, documents] of inserted) {
    const twin = twins.get(name) ?? (await twinOf(db, name));
    twins.set(name, twin);
    times[name] = await timed(() => twin.insertMany(documents, { ordered: false }));
  }
  return { rawMs, times };
}

/**
 * How fast ingestion could be at best, were all its own work free: the very documents it stores for batches of new people
 * are inserted once more by `insertMany`, one collection after the other as it must, next to the raw events. Returns the
 * ratio of each round, and each collection's times.
 */
export async function benchFloor(sides, { rounds, batch }) {
  const twins = new Map();
  const results = [];
  for (let round = 0; round < WARM_UP_ROUNDS + rounds; round += 1)
    results.push(await runRound(sides, firstOrders(FIRST_PERSON + round * batch, batch), twins));
  const counted = results.slice(WARM_UP_ROUNDS);
  const sum = (times) => Object.values(times).reduce((total, ms) => total + ms, 0);
  return {
    ratios: counted.map(({ rawMs, times }) => rawMs / sum(times)),
    millisecondsByCollection: Object.fromEntries(
      [...twins.keys()].map((name) => [name, counted.map(({ times }) => times[name] ?? 0)]),
    ),
  };
}
