/**
 * What people do with a server in release mode.
 *
 * @module
 */
import assert from "node:assert/strict";
import { z } from "zod";
import type { RunningServer } from "../support/server.ts";
import { SocketClient } from "../support/socket_client.ts";

const PASSWORD = "a password of some length";

/** Calls the API and answers `data`. */
export async function call<T>(
  server: RunningServer,
  path: string,
  options: { readonly body: unknown; readonly token?: string; readonly data: z.ZodType<T> },
): Promise<T> {
  const response = await fetch(new URL(path, server.url), {
    method: "POST",
    body: JSON.stringify(options.body),
    headers: options.token === undefined ? {} : { authorization: `Bearer ${options.token}` },
  });
  const text = await response.text();
  assert.equal(response.status, 200, `${path} answered ${text}`);
  return z.object({ data: options.data }).parse(JSON.parse(text)).data;
}

/** What signing in answers. */
export const SignIn = z.object({ id: z.number(), token: z.string() });
const Registered = z.object({ id: z.number(), role: z.string() });
/** What asking for an invite answers. */
export const Invites = z.object({ invites: z.array(z.object({ link: z.string() })) });

/** The code of the invite that a text has. */
export function codeIn(text: string): string {
  const code = /#invite=([\w.-]+)/.exec(text)?.[1];
  assert.ok(code !== undefined, `There is no invite in ${text}`);
  return code;
}

/** Registers and signs in. */
export async function join(
  server: RunningServer,
  username: string,
  invite: string,
): Promise<z.infer<typeof SignIn> & z.infer<typeof Registered>> {
  const person = { username, email: `${username}@example.com`, password: PASSWORD, invite };
  const { role } = await call(server, "/api/v1/auth/register", { body: person, data: Registered });
  return { role, ...await signIn(server, username) };
}

/** Signs in with the password of {@link join}. */
export function signIn(server: RunningServer, username: string): Promise<z.infer<typeof SignIn>> {
  return call(server, "/api/v1/auth/login", { body: { username, password: PASSWORD }, data: SignIn });
}

/** Opens a socket and waits until it is welcome. */
export async function connect(server: RunningServer, token: string): Promise<SocketClient> {
  const client = await SocketClient.open(server.socketUrl, { protocols: ["go-chat", `bearer.${token}`] });
  await client.next("welcome");
  return client;
}
