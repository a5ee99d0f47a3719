/**
 * Where the settings say that MySQL is: an address with everything in it, or the raw entries of `config.ini`.
 *
 * @module
 */
import type { MysqlPlace } from "../../db/places.ts";
import { cannotUse, decoded, hostOf, isHost, portOf } from "./backend_address.ts";
import { BACKENDS } from "./setting_rows.ts";
import type { SettingsError } from "./settings_error.ts";
import { findEntry, findEnvironment, type Found, type Given } from "./sources.ts";

const DEFAULT_PORT = 3_306;
/** What the documented `config.ini` names. */
const DEFAULT_DATABASE = "go_chat";
const MAX_NAME_LENGTH = 64;
const URL_FORM =
  "mysql://USER:PASSWORD@HOST:PORT/DATABASE; password and port may be left out, and everything in it is " +
  "percent-encoded";

/** The MySQL that is configured, or null. Throws {@link SettingsError}, which never repeats a password. */
export function readMysqlPlace(given: Given): MysqlPlace | null {
  const { env, section, keys } = BACKENDS.mysql;
  const address = findEnvironment(given, env);
  if (address !== null) {
    const place = parseMysqlAddress(address.text);
    if (place === null) throw cannotUse(BACKENDS.mysql, address, URL_FORM);
    return place;
  }
  const any = findEntry(given, section, keys);
  return any === null ? null : fromEntries(given, any);
}

/** Reads `mysql://…`, or null when the text is no such address. */
export function parseMysqlAddress(text: string): MysqlPlace | null {
  const url = URL.parse(text);
  if (url === null || url.protocol !== "mysql:" || url.search !== "" || url.hash !== "") return null;
  const host = hostOf(url);
  const user = decoded(url.username);
  const password = decoded(url.password);
  const database = decoded(url.pathname.slice(1));
  const port = url.port === "" ? DEFAULT_PORT : portOf(url.port);
  if (host === null || password === null || port === null) return null;
  if (user === null || user === "" || database === null || !isName(database)) return null;
  return { host, port, user, password, database };
}

/** As go-chat wrote them; what is left out is what its README says. */
function fromEntries(given: Given, any: Found): MysqlPlace {
  const entry = (key: string): Found | null => findEntry(given, BACKENDS.mysql.section, [key]);
  const host = entry("DbHost");
  const port = entry("DbPort");
  const user = entry("DbUser");
  const name = entry("DbName");
  if (host === null) throw refusal(any, "only together with DbHost");
  if (user === null) throw refusal(host, "only together with DbUser");
  const isPath = host.text.startsWith("/");
  if (!isPath && !isHost(host.text)) {
    throw refusal(host, "DbHost is a name, an address or the path of a socket");
  }
  const number = port === null ? DEFAULT_PORT : portOf(port.text);
  if (number === null) throw refusal(port ?? host, "DbPort is a number from 1 to 65535");
  const database = name?.text ?? DEFAULT_DATABASE;
  if (!isName(database)) {
    throw refusal(name ?? host, "DbName is the name of a database, at most 64 characters");
  }
  return {
    host: host.text,
    port: number,
    user: user.text,
    password: entry("DbPassWord")?.text ?? "",
    database,
  };
}

function isName(text: string): boolean {
  return text !== "" && text.length <= MAX_NAME_LENGTH && !/[\0/]/.test(text);
}

function refusal(found: Found, allowed: string): SettingsError {
  return cannotUse(BACKENDS.mysql, found, `${allowed}, or leave the section [${BACKENDS.mysql.section}] out`);
}
