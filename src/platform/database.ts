import mongoose, { type Connection, type mongo } from 'mongoose';
import { collectionOf, type EntityClass, schemaOf } from './entity.js';
import { AppError } from './errors.js';

/** A document as it is stored: its key begins with the tenant. */
export interface Stored {
  _id: string;
}

/** What differs between the databases Tributary runs on; `docs/decisions/0003-database-shapes.md` has the figures. */
interface Capabilities {
  /** How many ids one `$in` may name: the Python build of SecantusDB takes quadratic time in them. */
  readonly idsPerRead: number;
  /** SecantusDB syncs each updated document of a bulk on its own, unless a transaction makes them one commit. */
  readonly bulkIsOneCommit: boolean;
  /** Whether a pattern in an `$in` finds what an index of a list holds: the Python build of SecantusDB finds nothing. */
  readonly findsPatternsInLists: boolean;
}

const ACKNOWLEDGED = { writeConcern: { w: 'majority', journal: true } } as const;
const DEFAULT_DATABASE = 'tributary';
const ANY_NUMBER_OF_IDS = 10_000;
const IDS_PER_READ_OF_PYTHON_BUILD = 200;
/** A database that is gone is told of after so long; a connection on which nothing comes any more, after all three. */
const SERVER_SELECTION_TIMEOUT_MS = 5_000;
const HEARTBEAT_MS = 1_000;
const CONNECT_TIMEOUT_MS = 7_000;
const SOCKET_TIMEOUT_MS = 60_000;

/** One update of a bulk: it applies where the filter, which names one document, holds. */
export interface UpdateOperation {
  readonly filter: { readonly _id: string } & Record<string, unknown>;
  readonly update: Record<string, unknown>;
}

/** The connection to MongoDB and the few shapes of access that the stores share. */
export class Database {
  private readonly models = new Map<EntityClass, mongoose.Model<unknown>>();

  private constructor(
    readonly connection: Connection,
    private readonly capabilities: Capabilities,
  ) {}

  /** Connects, and finds out which database it is; throws SERVICE_UNAVAILABLE where none answers in time. */
  static async connect(uri: string, options: mongoose.ConnectOptions = {}): Promise<Database> {
    const connection = await mongoose
      .createConnection(uri, {
        dbName: /^[^/]+\/\/[^/?]+\/([^?]+)/.exec(uri)?.[1] ?? DEFAULT_DATABASE,
        serverSelectionTimeoutMS: SERVER_SELECTION_TIMEOUT_MS,
        heartbeatFrequencyMS: HEARTBEAT_MS,
        connectTimeoutMS: CONNECT_TIMEOUT_MS,
        socketTimeoutMS: SOCKET_TIMEOUT_MS,
        ignoreUndefined: true,
        promoteBuffers: true,
        ...ACKNOWLEDGED,
        ...options,
      })
      .asPromise();
    return new Database(connection, await capabilitiesOf(connection));
  }

  /** The mongoose model of a stored class. */
  model<T extends object>(type: EntityClass<T>): mongoose.Model<T> {
    const known = this.models.get(type);
    if (known) return known as unknown as mongoose.Model<T>;
    const { collection } = collectionOf(type);
    const made = this.connection.model(collection, schemaOf(type), collection);
    this.models.set(type, made as unknown as mongoose.Model<unknown>);
    return made as unknown as mongoose.Model<T>;
  }

  /** The driver's own collection of a stored class: for bulk work, which mongoose would cast document by document. */
  collection<T extends object>(type: EntityClass<T>): mongo.Collection<T & Stored> {
    return this.model(type).collection as unknown as mongo.Collection<T & Stored>;
  }

  /** Creates the collections and indexes of the stored classes, where they are missing. */
  async prepare(types: readonly EntityClass[]): Promise<void> {
    for (const type of types) {
      await this.model(type).createCollection();
      await this.model(type).createIndexes();
    }
  }

  /** The documents of these keys, in no order; what does not exist is left out. One command, save on the Python build. */
  async findByKeys<T extends object>(
    type: EntityClass<T>,
    keys: readonly string[],
    projection?: Record<string, 0 | 1>,
  ): Promise<(T & Stored)[]> {
    const chunks = chunksOf([...new Set(keys)], this.capabilities.idsPerRead);
    const found = await Promise.all(chunks.map((chunk) => this.findChunk(type, chunk, projection)));
    return found.flat();
  }

  /**
   * The documents whose list holds one of these values, each once, in no order, at most `most`; an index leads to them.
   * One command, save on the Python build.
   */
  async findByList<T extends object>(
    type: EntityClass<T>,
    filter: Record<string, unknown>,
    [field, values]: readonly [string, readonly string[]],
    most: number,
  ): Promise<(T & Stored)[]> {
    const found = await Promise.all(
      chunksOf(values, this.capabilities.idsPerRead).map((chunk) =>
        this.collection(type)
          .find({ ...filter, [field]: { $in: chunk } } as mongo.Filter<T & Stored>)
          .limit(most)
          .toArray(),
      ),
    );
    const distinct = new Map(found.flat().map((document) => [String(document._id), document as T & Stored]));
    return [...distinct.values()].slice(0, most);
  }

  private async findChunk<T extends object>(
    type: EntityClass<T>,
    keys: readonly string[],
    projection?: Record<string, 0 | 1>,
  ) {
    const filter = { _id: { $in: keys } } as mongo.Filter<T & Stored>;
    const options = { batchSize: keys.length + 1, ...(projection && { projection }) };
    return (await this.collection(type).find(filter, options).toArray()) as (T & Stored)[];
  }

  /**
   * The condition that a list of texts holds one of these, or one that matches; patterns begin with `^`. A range of the
   * index answers it, save on the Python build, which reads all.
   */
  holdsAny(field: string, values: readonly (string | RegExp)[]): Record<string, unknown> {
    const isPlain = values.every((value) => typeof value === 'string');
    if (isPlain || this.capabilities.findsPatternsInLists) return { [field]: { $in: values } };
    const alternatives = values.map((value) => ({
      [field]: typeof value === 'string' ? value : { $elemMatch: { $regex: value } },
    }));
    return { $and: [{ $or: alternatives }] };
  }

  /** Inserts documents, and returns the keys that were there before: those are left as they are. One command. */
  async insertNew<T extends object>(type: EntityClass<T>, documents: readonly (T & Stored)[]): Promise<Set<string>> {
    if (documents.length === 0) return new Set();
    try {
      await this.collection(type).insertMany(documents as mongo.OptionalUnlessRequiredId<T & Stored>[], {
        ordered: false,
      });
      return new Set();
    } catch (error) {
      return keysAlreadyThere(error, documents);
    }
  }

  /** Inserts documents one after the other up to the first whose key is taken, and returns how many were. One command. */
  async insertInOrder<T extends object>(type: EntityClass<T>, documents: readonly (T & Stored)[]): Promise<number> {
    try {
      await this.collection(type).insertMany(documents as mongo.OptionalUnlessRequiredId<T & Stored>[], {
        ordered: true,
      });
      return documents.length;
    } catch (error) {
      const [taken] = keysAlreadyThere(error, documents);
      return documents.findIndex(({ _id }) => _id === taken);
    }
  }

  /**
   * Applies updates of distinct documents, and returns how many found theirs. Each is atomic on its own; together they
   * are one command and, where the database would sync each by itself, one commit.
   */
  async updateMany<T extends object>(type: EntityClass<T>, operations: readonly UpdateOperation[]): Promise<number> {
    const worthACommit = operations.length > 1 && !this.capabilities.bulkIsOneCommit;
    if (!worthACommit) return this.updateEach(type, operations);
    return this.connection
      .getClient()
      .withSession((session) => session.withTransaction(() => this.updateEach(type, operations, session)));
  }

  /**
   * As `updateMany`, and never as one commit: for what many processes write all the time. A process that is killed in the
   * middle of a commit leaves its documents locked for up to a minute.
   */
  async updateEach<T extends object>(
    type: EntityClass<T>,
    operations: readonly UpdateOperation[],
    session?: mongo.ClientSession,
  ): Promise<number> {
    if (operations.length === 0) return 0;
    const models = operations.map((operation) => ({ updateOne: operation }));
    const outcome = await this.collection(type).bulkWrite(
      models as unknown as mongo.AnyBulkWriteOperation<T & Stored>[],
      { ordered: false, ...(session && { session }) },
    );
    return outcome.matchedCount;
  }

  /**
   * Applies updates of distinct documents, each to be made where none matches its filter and the key is free; one whose
   * key is taken, and does not match, is left as it is. One command, never one commit.
   */
  async upsertEach<T extends object>(type: EntityClass<T>, operations: readonly UpdateOperation[]): Promise<void> {
    if (operations.length === 0) return;
    const models = operations.map((operation) => ({ updateOne: { ...operation, upsert: true } }));
    try {
      await this.collection(type).bulkWrite(models as unknown as mongo.AnyBulkWriteOperation<T & Stored>[], {
        ordered: false,
      });
    } catch (error) {
      keysAlreadyThere(
        error,
        operations.map(({ filter }) => filter),
      );
    }
  }

  /** Deletes documents, and returns how many there were. One command. */
  async deleteMany<T extends object>(type: EntityClass<T>, filter: Record<string, unknown>): Promise<number> {
    const { deletedCount } = await this.collection(type).deleteMany(filter as mongo.Filter<T & Stored>);
    return deletedCount;
  }

  /** The database's own time of its latest operation. */
  async operationTime(): Promise<mongo.Timestamp> {
    const { operationTime } = await this.connection.getClient().db('admin').command({ hello: 1 });
    return operationTime;
  }

  /** Whether the database answers now. */
  async ping(): Promise<void> {
    await this.connection.db?.command({ ping: 1 });
  }

  async close(): Promise<void> {
    await this.connection.close();
  }
}

async function capabilitiesOf(connection: Connection): Promise<Capabilities> {
  const info = await connection.db?.admin().buildInfo();
  const isSecantus = info?.secantusVersion !== undefined;
  const isPythonBuild = isSecantus && info?.allocator === undefined;
  return {
    idsPerRead: isPythonBuild ? IDS_PER_READ_OF_PYTHON_BUILD : ANY_NUMBER_OF_IDS,
    bulkIsOneCommit: !isSecantus,
    findsPatternsInLists: !isPythonBuild,
  };
}

function chunksOf<T>(items: readonly T[], size: number): (readonly T[])[] {
  const chunks: (readonly T[])[] = [];
  for (let at = 0; at < items.length; at += size) chunks.push(items.slice(at, at + size));
  return chunks;
}

/** The keys that an insertion complained of as being there; throws what else went wrong, also where it came to no complaint at all. */
function keysAlreadyThere(error: unknown, documents: readonly Stored[]): Set<string> {
  const fault = unwrapped(error);
  if (!(fault instanceof mongoose.mongo.MongoBulkWriteError)) throw fault;
  const failures = [fault.writeErrors].flat();
  const other = failures.find((failure) => failure.code !== DUPLICATE_KEY);
  if (other) throw other.code === OUT_OF_DISK_SPACE ? new mongoose.mongo.MongoServerError(other) : fault;
  if (failures.length === 0 || fault.result.getWriteConcernError()) throw fault;
  return new Set(failures.map((failure) => documents[failure.index]?._id ?? ''));
}

/** What the driver hides in a failed bulk of no document's failure: for one, that the connection broke. */
function unwrapped(error: unknown): unknown {
  const isBulk = error instanceof mongoose.mongo.MongoBulkWriteError;
  const hidden: unknown = isBulk ? error.errorResponse : undefined;
  return hidden instanceof Error ? hidden : error;
}

const SOCKET_FAULTS = new Set(['EPIPE', 'ECONNRESET', 'ECONNREFUSED', 'ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH']);

function isAway(error: unknown): boolean {
  const { MongoNetworkError, MongoServerSelectionError, MongoNotConnectedError, MongoTopologyClosedError } =
    mongoose.mongo;
  const kinds = [MongoNetworkError, MongoServerSelectionError, MongoNotConnectedError, MongoTopologyClosedError];
  if (kinds.some((kind) => error instanceof kind)) return true;
  return error instanceof Error && 'code' in error && SOCKET_FAULTS.has(String(error.code));
}

const DUPLICATE_KEY = 11_000;
const OUT_OF_DISK_SPACE = 14_031;

/** Whether the database refuses to write because there is no room. */
function isFull(error: unknown): boolean {
  return error instanceof mongoose.mongo.MongoServerError && error.code === OUT_OF_DISK_SPACE;
}

/** The coded error for a database that is away or full; anything else is passed on. */
export function asUnavailable(thrown: unknown): unknown {
  const error = unwrapped(thrown);
  if (isAway(error)) return new AppError('SERVICE_UNAVAILABLE', 'The database does not answer; try again shortly.');
  if (isFull(error))
    return new AppError('SERVICE_UNAVAILABLE', 'The database has no space left; try again once there is room.');
  return error;
}
