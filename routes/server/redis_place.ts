/**
 * Where the settings say that Redis is: an address with everything in it, or two raw entries of `config.ini`.
 *
 * @module
 */
import type { RedisPlace } from "../../db/places.ts";
import { cannotUse, decoded, hostOf, isHost, portOf } from "./backend_address.ts";
import { BACKENDS } from "./setting_rows.ts";
import type { SettingsError } from "./settings_error.ts";
import { findEntry, findEnvironment, type Found, type Given } from "./sources.ts";

const DEFAULT_PORT = 6_379;
const MAX_DATABASE = 1_000_000;
const URL_FORM =
  "redis://USER:PASSWORD@HOST:PORT/NUMBER, rediss:// with TLS; all but the host may be left out, " +
  "and everything in it is percent-encoded";

/** The Redis that is configured, or null. Throws {@link SettingsError}, which never repeats a password. */
export function readRedisPlace(given: Given): RedisPlace | null {
  const { env, section } = BACKENDS.redis;
  const address = findEnvironment(given, env);
  if (address !== null) return fromUrl(address);
  const entry = findEntry(given, section, ["RedisAddr"]);
  const database = findEntry(given, section, ["RedisDbName"]);
  if (entry !== null) return fromEntries(entry, database);
  if (database === null) return null;
  throw refusal(database, `only together with RedisAddr, or leave the section [${section}] out`);
}

function fromUrl(found: Found): RedisPlace {
  const wrong = refusal(found, URL_FORM);
  const url = URL.parse(found.text);
  if (url === null || !["redis:", "rediss:"].includes(url.protocol)) throw wrong;
  const [, path = ""] = /^\/?(\d{0,7})$/.exec(url.pathname) ?? [];
  const isBare = url.search === "" && url.hash === "" && /^\/?\d{0,7}$/.test(url.pathname);
  const username = decoded(url.username);
  const password = decoded(url.password);
  // A user alone is most likely a password that lost its colon.
  if (!isBare || username === null || password === null || (username !== "" && password === "")) throw wrong;
  const host = hostOf(url);
  const port = url.port === "" ? DEFAULT_PORT : portOf(url.port);
  if (host === null || port === null || Number(path) > MAX_DATABASE) throw wrong;
  return {
    host,
    port,
    tls: url.protocol === "rediss:",
    username: username === "" ? null : username,
    password: password === "" ? null : password,
    database: Number(path),
  };
}

/** As go-chat wrote them: `localhost:6379` and `0`. */
function fromEntries(address: Found, database: Found | null): RedisPlace {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]*))(?::(\d{1,5}))?$/.exec(address.text) ??
    [];
  const host = bracketed ?? (plain === "" ? "localhost" : plain);
  const port = digits === undefined ? DEFAULT_PORT : portOf(digits);
  if (host === undefined || !isHost(host) || port === null) {
    throw refusal(address, `HOST:PORT, such as localhost:6379; a password only by ${BACKENDS.redis.env}`);
  }
  const number = database === null ? 0 : /^\d{1,7}$/.test(database.text) ? Number(database.text) : NaN;
  if (database !== null && !(number <= MAX_DATABASE)) {
    throw refusal(database, "the number of a database, such as 0");
  }
  return { host, port, tls: false, username: null, password: null, database: number };
}

function refusal(found: Found, allowed: string): SettingsError {
  return cannotUse(BACKENDS.redis, found, allowed);
}
