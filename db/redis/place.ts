/**
 * Where a Redis is.
 *
 * @module
 */

/** The address of a Redis, and how it is entered. */
export interface RedisPlace {
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

/** Names the server in a log or message; never its password. */
export function nameOf({ host, port }: RedisPlace): string {
  return `Redis at ${host.includes(":") ? `[${host}]` : host}:${port}`;
}
