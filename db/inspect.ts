/**
 * Looks at the databases of a run, without opening a store on them. What is not configured is not even loaded.
 *
 * @module
 */
import type { Clock } from "./clock.ts";
import type { Inspectors } from "./inspection.ts";
import type { MongoPlace, MysqlPlace, RedisPlace } from "./places.ts";
import { inspectFileSystem, inspectSqlite } from "./sql/sqlite/inspect.ts";

/** Inspectors of every backend there is; `newId` names what they make and remove there. */
export function createInspectors(
  clock: Clock,
  newId: () => string,
): Inspectors<MysqlPlace, MongoPlace, RedisPlace> {
  return {
    mysql: async (place) =>
      await (await import("./sql/mysql/inspect.ts")).inspectMysql(place, { clock, newId }),
    mongodb: async (place) => await (await import("./mongodb/inspect.ts")).inspectMongo(place, clock),
    redis: async (place) => await (await import("./redis/inspect.ts")).inspectRedis(place, clock),
    embedded: (dataDir) => Promise.resolve(inspectSqlite(dataDir, clock)),
    fileSystem: (directory) => Promise.resolve(inspectFileSystem(directory, newId)),
  };
}
