/**
 * Accounts for a storm of sign-ins: put into the data directory, as hashing 500 passwords takes two minutes.
 *
 * @module
 */
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { z } from "zod";
import { createTokens, hashSessionSecret } from "../../routes/accounts/token.ts";

/** The password of everybody here and in `load.c`. */
export const PASSWORD = "bench-password-1";

const MODEL = "storm0";

const Model = z.looseObject({ id: z.number() });
const Session = z.looseObject({ created_at: z.number(), expires_at: z.number() });
const People = z.array(z.object({ id: z.number(), user_name: z.string() }));
const EVERYBODY =
  "select id, user_name from user where user_name like 'storm%' and user_name <> ? order by id";

/** Registers and signs in the one person whom the others are copies of. */
export async function registerModel(server: URL): Promise<void> {
  await post(new URL("/api/v1/auth/register", server), {
    username: MODEL,
    email: `${MODEL}@example.com`,
    password: PASSWORD,
  });
  await signIn(server, MODEL);
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

/**
 * Signs in all whom {@link addPeople} added, as copies of the model's newest session, to a server with this secret that
 * has ended. Answers their tokens, in the order of their ids.
 */
export function signEverybodyIn(dataDir: string, secret: string): readonly string[] {
  using database = new DatabaseSync(`${dataDir}/chat.db`);
  const model = Session.parse(
    database.prepare("select * from session order by created_at desc limit 1").get(),
  );
  const columns = Object.keys(model);
  const insert = database.prepare(
    `insert into session (${columns.join(", ")}) values (${columns.map(() => "?").join(", ")})`,
  );
  const tokens = createTokens([secret]);
  const issuedAt = model.created_at;
  database.exec("begin");
  const signed = People.parse(database.prepare(EVERYBODY).all(MODEL)).map(
    ({ id: userId, user_name: username }) => {
      const sessionSecret = `session of ${username} for the bench`;
      const own = new Map<string, string | number>([["id", hashSessionSecret(sessionSecret)], [
        "user_id",
        userId,
      ]]);
      insert.run(...columns.map((column) => own.get(column) ?? bindable(model[column])));
      return tokens.sign({ userId, username, sessionSecret, issuedAt, expiresAt: model.expires_at });
    },
  );
  database.exec("commit");
  return signed;
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
