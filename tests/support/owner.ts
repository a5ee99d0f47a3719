/**
 * Accounts of a server in release mode.
 *
 * @module
 */
import { z } from "zod";
import type { RunningServer } from "./server.ts";

const SignIn = z.object({ data: z.object({ id: z.number(), token: z.string() }) });
const USERNAME = "olive_owner";
const PASSWORD = "a walk along the canal";

/** Registers by the link that the start printed, signs in, and answers id and token. */
export async function signUpOwner(
  server: RunningServer,
): Promise<{ readonly id: number; readonly token: string }> {
  const invite = /#invite=(\S+)/.exec(server.stdout())?.[1];
  if (invite === undefined) throw new Error(`The start printed no invite\n${server.stdout()}`);
  const person = { username: USERNAME, email: "olive@example.com", password: PASSWORD, invite };
  await post(server, "/api/v1/auth/register", person);
  return SignIn.parse(await post(server, "/api/v1/auth/login", { username: USERNAME, password: PASSWORD }))
    .data;
}

/** Registers somebody where registration is open, signs in, and answers id and token. */
export async function signUp(
  server: RunningServer,
  username: string,
): Promise<{ readonly id: number; readonly token: string }> {
  const person = { username, email: `${username}@example.com`, password: PASSWORD };
  await post(server, "/api/v1/auth/register", person);
  return SignIn.parse(await post(server, "/api/v1/auth/login", { username, password: PASSWORD })).data;
}

async function post(server: RunningServer, path: string, body: unknown): Promise<unknown> {
  const answer = await fetch(new URL(path, server.url), { method: "POST", body: JSON.stringify(body) });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${text}`);
  return JSON.parse(text);
}
