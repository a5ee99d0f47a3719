/**
 * A database as go-chat leaves it, with the accounts that it wrote.
 *
 * @module
 */
import { createDatabase, type TestDatabase } from "../../support/mariadb.ts";

/** Of every account here. */
export const PASSWORD = "secret12";

const TABLE = `create table user (
  id int(10) unsigned not null auto_increment primary key,
  created_at datetime null, updated_at datetime null, deleted_at datetime null,
  user_name varchar(255) null, password_digest varchar(255) null, email varchar(255) null,
  avatar varchar(1000) null, phone varchar(255) null, status varchar(255) null,
  key idx_user_deleted_at (deleted_at)
) engine = InnoDB`;

const DIGESTS = [
  "$2a$12$6/NJ1GBfc6NhKx7ppXznseEK8mt.uJMC8Cj1p56CKH7gu.88.Y5fi",
  "$2a$12$kh2GGX.3V2hM1Y6dG2KPO.5Ndo3/r7JyaEDLlGCCLHpA6IMfBCZJW",
  "$2a$12$77zUAPG4vGBeuivQosFNguQmsi0NI3DQiNZUOT9f2PDvHM0t/Rgru",
];

/** An account to be in the table; what is left out is as go-chat writes it. */
export interface OldAccount {
  readonly name: string | null;
  readonly email: string | null;
  readonly status?: string;
  readonly phone?: string;
  readonly deletedAt?: string;
}

/** The accounts that the documentation shows. */
export const DOCUMENTED: readonly OldAccount[] = [
  { name: "alice_s", email: "alice_s@example.com", phone: "13800138000" },
  { name: "bob_s", email: "bob_s@example.com" },
  { name: "dora_s", email: "dora_s@example.com" },
];

/** Makes the database, its accounts numbered from 1. The server's text is of three bytes, unless told otherwise. */
export async function goChatDatabase(
  accounts: readonly OldAccount[],
  { characterSet = "utf8mb3" } = {},
): Promise<TestDatabase> {
  const database = await createDatabase({ characterSet });
  const inserts = accounts.map(({ name, email, status = "active", phone = "", deletedAt }, at) => {
    const values = [name, DIGESTS[at % 3] ?? "", email, "", phone, status].map(quoted);
    const deleted = quoted(deletedAt ?? null);
    return "insert into user (created_at, updated_at, deleted_at, user_name, password_digest, email, avatar, phone, " +
      `status) values ('2026-11-22 20:27:4${at % 10}', '2026-11-22 20:27:4${
        at % 10
      }', ${deleted}, ${values})`;
  });
  await database.run(TABLE, ...inserts);
  return database;
}

function quoted(text: string | null): string {
  return text === null ? "null" : `'${text.replaceAll("'", "''")}'`;
}
