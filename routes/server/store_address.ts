/**
 * The address of a whole store on the command line.
 *
 * @module
 */
import type { MongoPlace, MysqlPlace } from "../../db/places.ts";
import type { NeededPath } from "./access.ts";
import { parseMongoAddress } from "./mongo_place.ts";
import { parseMysqlAddress } from "./mysql_place.ts";

/** Where accounts and messages of a store are. */
export interface StoreAddress {
  /** Of the embedded database; of no use where MySQL has everything. */
  readonly dataDir: string;
  readonly mysql: MysqlPlace | null;
  readonly mongodb: MongoPlace | null;
}

/** What {@link parseStoreAddress} reads. */
export const ADDRESS_FORM =
  "sqlite:DIR or mysql://USER:PASSWORD@HOST:PORT/DATABASE, and after it, where messages are " +
  "in MongoDB, +mongodb://USER:PASSWORD@HOST:PORT/DATABASE";

/** Reads the address of a store, or null when the text is none. */
export function parseStoreAddress(text: string): StoreAddress | null {
  const [, first = "", second] = /^(.*?)(?:\+(mongodb(?:\+srv)?:\/\/.*))?$/s.exec(text) ?? [];
  const mongodb = second === undefined ? null : parseMongoAddress(second);
  if (second !== undefined && mongodb === null) return null;
  const dataDir = /^sqlite:(?:\/\/(?=\/))?([^\0]+)$/s.exec(first)?.[1];
  if (dataDir !== undefined) return { dataDir, mysql: null, mongodb };
  const mysql = parseMysqlAddress(first);
  return mysql === null ? null : { dataDir: "", mysql, mongodb };
}

/** The directories that a store needs, for asking whether they may be used. */
export function directoriesOf(flag: string, { dataDir, mysql }: StoreAddress): readonly NeededPath[] {
  return mysql === null ? [{ path: dataDir, write: true, setting: flag }] : [];
}
