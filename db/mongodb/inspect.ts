/**
 * Looks at a MongoDB: rights, whether it answers when a write is on disk, clock.
 *
 * @module
 */
import type { Clock } from "../clock.ts";
import { type Inspection, type Remark, unreachable } from "../inspection.ts";
import { mongoName, type MongoPlace } from "../places.ts";
import { MongoConnection } from "./connection.ts";

const REACH_MS = 2_500;
const ANSWER_MS = 3_000;
const COLLECTION = "go_chat_doctor";
/** What messages are written with. */
const DURABLE = { w: "majority", j: true, wtimeout: 2_000 } as const;

/** Never throws; resolves within some seconds. */
export async function inspectMongo(place: MongoPlace, clock: Clock): Promise<Inspection> {
  const name = mongoName(place);
  try {
    await using connection = await MongoConnection.open(place, {
      clock,
      selectMs: REACH_MS,
      answerMs: ANSWER_MS,
    });
    const { version } = await connection.run("ask", () => connection.command({ buildInfo: 1 }));
    const begun = clock.now();
    const { localTime } = await connection.run("ask", () => connection.command({ hello: 1 }));
    const now = (begun + clock.now()) / 2;
    const drift = localTime instanceof Date ? localTime.getTime() - now : null;
    return {
      seen: `${name} is version ${String(version)}`,
      drift,
      remarks: await writeRemarks(connection, name),
    };
  } catch (error) {
    const why = error instanceof Error ? error.message : "it failed";
    return unreachable(
      why.includes(name) ? why : `${name} cannot be used: ${why}`,
      "Look whether it runs, and at address, user and password in CHAT_MONGODB_URL or [MongoDB]",
    );
  }
}

async function writeRemarks(connection: MongoConnection, name: string): Promise<readonly Remark[]> {
  try {
    const { writeErrors, writeConcernError } = await connection.run(
      "ask",
      () => connection.command({ insert: COLLECTION, documents: [{ word: "one" }], writeConcern: DURABLE }),
    );
    if (writeErrors === undefined && writeConcernError === undefined) return [];
    return [{
      level: "fault",
      seen: `${name} does not say that a write is on the disk of the majority`,
      advice: "Start it with its journal, and look whether most members of the replica set are up",
    }];
  } catch (error) {
    return [{
      level: "fault",
      seen: `${name} takes no durable write: ${error instanceof Error ? error.message : "it failed"}`,
      advice: "Give the user the role readWrite on this database, and start MongoDB with its journal",
    }];
  } finally {
    await connection.run("ask", () => connection.command({ drop: COLLECTION })).catch(() => {});
  }
}
