/**
 * Accounts for a storm of sign-ins: put into the data directory, as hashing 500 passwords takes two minutes.
 *
 * @module
 */
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { z } from "zod";

/** The password of everybody here and in `load.c`. */
export const PASSWORD = "bench-password-1";

const MODEL = "storm0";

const Model = z.looseObject({ id: z.number() });

/** Registers the one person whom {@link addPeople} takes as the model of all others. */
export async function registerModel(server: URL): Promise<void> {
  await post(new URL("/api/v1/auth/register", server), {
    username: MODEL,
    email: `${MODEL}@example.com`,
    password: PASSWORD,
  });
}

/** Signs somebody in. Throws with the answer when it is no 200. */
export async function signIn(server: URL, username: string): Promise<void> {
  await post(new URL("/api/v1/auth/login", server), { username, password: PASSWORD });
}

/**
 * Adds `storm1` to `stormN` to the store of a server that has ended, as copies of the model: one digest serves all.
 * Knows the columns that name a person, and none of the others, so it serves older versions too.
 */
export function addPeople(dataDir: string, count: number): void {
  using database = new DatabaseSync(`${dataDir}/chat.db`);
  const { id: _, ...model } = Model.parse(
    database.prepare("select * from user where user_name = ?").get(MODEL),
  );
  const columns = Object.keys(model);
  const places = columns.map(() => "?").join(", ");
  const insert = database.prepare(`insert into user (${columns.join(", ")}) values (${places})`);
  database.exec("begin");
  for (let person = 1; person <= count; person++) {
    const [name, email] = [`storm${person}`, `storm${person}@example.com`];
    const names = new Map([["user_name", name], ["name_key", name], ["email", email], ["email_key", email]]);
    insert.run(...columns.map((column) => names.get(column) ?? bindable(model[column])));
  }
  database.exec("commit");
}

function bindable(value: unknown): SQLInputValue {
  return typeof value === "string" || typeof value === "number" ? value : null;
}

async function post(url: URL, body: unknown): Promise<void> {
  const response = await fetch(url, {
    method: "POST",
    body: JSON.stringify(body),
    headers: { origin: url.origin },
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`The server answered ${response.status}: ${text}`);
}
