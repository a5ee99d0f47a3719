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
