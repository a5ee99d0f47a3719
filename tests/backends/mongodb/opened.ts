/**
 * Stores with their messages in MongoDB, for tests.
 *
 * @module
 */
import { type Db, MongoClient } from "mongodb";
import { type Clock, systemClock } from "../../../db/clock.ts";
import { MongoMessages, type MongoOptions } from "../../../db/mongodb/mod.ts";
import type { OpenedStore } from "../../contract/opened.ts";
import { openStore } from "../../../db/open.ts";
import type { MongoPlace } from "../../../db/places.ts";
import { openTestMongo } from "../../support/ferretdb.ts";
import { TemporaryDirectory } from "../../support/temporary_directory.ts";

/** Opens the messages of a database as a program does. */
export function openMessages(url: string, over: Partial<MongoOptions> = {}): Promise<MongoMessages> {
  let noted: string | null = null;
  return MongoMessages.open({
    place: { url },
    clock: systemClock satisfies Clock,
    newId: () => crypto.randomUUID(),
    startTimeoutMs: 5_000,
    shared: false,
    accounts: "test",
    witness: {
      read: () => Promise.resolve(noted),
      write: (text) => Promise.resolve(void (noted = text)),
    },
    ...over,
  });
}

/** The embedded store with its messages in a MongoDB of its own. */
export async function openMongo(): Promise<
  OpenedStore & { readonly dataDir: string; readonly mongodb: MongoPlace }
> {
  const [mongo, directory] = await Promise.all([openTestMongo(), TemporaryDirectory.make()]);
  const mongodb = { url: mongo.url };
  const store = await openStore({ dataDir: directory.path, clock: systemClock, mongodb });
  return {
    store,
    dataDir: directory.path,
    mongodb,
    async [Symbol.asyncDispose](): Promise<void> {
      for (const one of [store, directory, mongo]) await one[Symbol.asyncDispose]();
    },
  };
}

/** Looks into a database, or changes it, as somebody else would. */
export async function withDatabase<T>(url: string, work: (db: Db) => Promise<T>): Promise<T> {
  const client = new MongoClient(url);
  try {
    return await work(client.db());
  } finally {
    await client.close();
  }
}
