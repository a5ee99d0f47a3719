/**
 * Where the databases of a run are: what the settings say and the backends are opened with.
 *
 * @module
 */

/** A MySQL or MariaDB, and how it is entered. */
export interface MysqlPlace {
  /** A name or address without brackets, or the absolute path of a socket on this machine. */
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  /** The name of the database, which must exist. */
  readonly database: string;
}

/** Names the server in a log or message; never the password. */
export function mysqlName({ host, port, database }: MysqlPlace): string {
  if (host.startsWith("/")) return `MySQL at ${host} (database "${database}")`;
  return `MySQL at ${host.includes(":") ? `[${host}]` : host}:${port} (database "${database}")`;
}

/** A Redis, and how it is entered. */
export interface RedisPlace {
  /** A name or address without brackets. */
  readonly host: string;
  readonly port: number;
  readonly tls: boolean;
  /** Null: the server's default user. */
  readonly username: string | null;
  /** Null: none is asked for. */
  readonly password: string | null;
  /** The number of the database on that server. */
  readonly database: number;
}

/** Names the server in a log or message; never the password. */
export function redisName({ host, port }: RedisPlace): string {
  return `Redis at ${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** A MongoDB: a single server, or a replica set. */
export interface MongoPlace {
  /** `mongodb://` or `mongodb+srv://`, percent-encoded, with whatever the driver understands. */
  readonly url: string;
}

/** Where messages are when the address names no database. */
const MONGO_DATABASE = "go_chat_mongo";

/** Which database an address means. */
export function mongoDatabase({ url }: MongoPlace): string {
  const name = mongoParts(url).database;
  return name === "" ? MONGO_DATABASE : decodeURIComponent(name);
}

/** Names the server in a log or message; never the user or password. */
export function mongoName(place: MongoPlace): string {
  return `MongoDB at ${mongoParts(place.url).hosts} (database "${mongoDatabase(place)}")`;
}

function mongoParts(url: string): { readonly hosts: string; readonly database: string } {
  const [, hosts = "", database = ""] = /^[^:]+:\/\/(?:[^@/]*@)?([^/?]*)\/?([^?]*)/.exec(url) ?? [];
  return { hosts, database };
}
