/**
 * Where the settings say that MongoDB is: an address of its driver, or the raw entries of `config.ini`.
 *
 * @module
 */
import { isIPv6 } from "node:net";
import type { MongoPlace } from "../../db/places.ts";
import { cannotUse, decoded, isHost, portOf } from "./backend_address.ts";
import { BACKENDS } from "./setting_rows.ts";
import type { SettingsError } from "./settings_error.ts";
import { findEntry, findEnvironment, type Found, type Given } from "./sources.ts";

const DEFAULT_PORT = 27_017;
/** What the documented `config.ini` names. */
const DEFAULT_DATABASE = "go_chat_mongo";
const URL_FORM = "mongodb://USER:PASSWORD@HOST:PORT/DATABASE or mongodb+srv://…, as its driver reads it, " +
  "percent-encoded";

/** The MongoDB that is configured, or null. Throws {@link SettingsError}, which never repeats a password. */
export function readMongoPlace(given: Given): MongoPlace | null {
  const { env, section, keys } = BACKENDS.mongodb;
  const address = findEnvironment(given, env);
  if (address !== null) {
    const place = parseMongoAddress(address.text);
    if (place === null) throw cannotUse(BACKENDS.mongodb, address, URL_FORM);
    return place;
  }
  const any = findEntry(given, section, keys);
  return any === null ? null : fromEntries(given, any);
}

/** Reads `mongodb://…` as far as telling it from something else; the driver judges the rest. */
export function parseMongoAddress(text: string): MongoPlace | null {
  const [address, database = ""] =
    /^mongodb(?:\+srv)?:\/\/(?:[^@/?\s]*@)?[^@/?\s]+(?:\/([^/?\s]*))?(?:\?\S*)?$/.exec(text) ?? [];
  return address === undefined || decoded(database) === null ? null : { url: text };
}

/** As go-chat wrote them: a name or address, a port, a database. */
function fromEntries(given: Given, any: Found): MongoPlace {
  const entry = (key: string): Found | null => findEntry(given, BACKENDS.mongodb.section, [key]);
  const address = entry("MongoDBAddr");
  const port = entry("MongoDBPort");
  const name = entry("MongoDBName");
  if (address === null) throw refusal(any, "only together with MongoDBAddr");
  if (!isHost(address.text)) throw refusal(address, "MongoDBAddr is a name or an address");
  const number = port === null ? DEFAULT_PORT : portOf(port.text);
  if (number === null) throw refusal(port ?? address, "MongoDBPort is a number from 1 to 65535");
  const database = name?.text ?? DEFAULT_DATABASE;
  // What MongoDB refuses in the name of a database.
  if (/[\0/\\. "$*<>:|?]/.test(database) || database.length > 63) {
    throw refusal(name ?? address, "MongoDBName is the name of a database");
  }
  const host = isIPv6(address.text) ? `[${address.text}]` : address.text;
  return { url: `mongodb://${host}:${number}/${encodeURIComponent(database)}` };
}

function refusal(found: Found, allowed: string): SettingsError {
  const { section } = BACKENDS.mongodb;
  return cannotUse(BACKENDS.mongodb, found, `${allowed}, or leave the section [${section}] out`);
}
