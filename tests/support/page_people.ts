/**
 * People with accounts on a server in release, for tests of the page: made by the API, so that a test begins where it
 * means to.
 *
 * @module
 */
import { z } from "zod";
import { SocketClient } from "./socket_client.ts";
import { type RunningServer, type ServerOptions, startServer } from "./server.ts";

/** The password of everybody here. */
export const PASSWORD = "correct horse battery";

const Account = z.object({ data: z.object({ id: z.number(), token: z.string() }) });
const Sent = z.object({ data: z.object({ conversation_id: z.string(), seq: z.number() }) });

/** Somebody who is registered and signed in outside of any browser. */
export interface PagePerson {
  readonly id: number;
  readonly username: string;
  /** Calls the API as this person. Throws with the answer when it is no success. */
  call(method: string, path: string, body?: unknown): Promise<unknown>;
  /** Opens a socket, as a device of this person. */
  connect(): Promise<SocketClient>;
  /** Sends a message; answers its conversation and seq. */
  write(to: PagePerson, content: string): Promise<{ readonly conversation_id: string; readonly seq: number }>;
}

/** A release server on which passwords are cheap enough for tests and anybody may register. */
export function startOpenRelease(options: ServerOptions = {}): Promise<RunningServer> {
  return startServer({
    ...options,
    mode: "release",
    env: {
      CHAT_BCRYPT_COST: "10",
      CHAT_REGISTRATION: "open",
      CHAT_LIMIT_REGISTER: "0",
      CHAT_LIMIT_MESSAGES: "0",
      ...options.env,
    },
  });
}

/** Registers somebody and signs them in. */
export async function join(server: URL, username: string): Promise<PagePerson> {
  const account = { username, email: `${encodeURIComponent(username)}@example.com`, password: PASSWORD };
  await call(server, { method: "POST", path: "auth/register", body: account });
  const signIn = { method: "POST", path: "auth/login", body: { username, password: PASSWORD } };
  const { data } = Account.parse(await call(server, signIn));
  const { id, token } = data;
  return {
    id,
    username,
    call: (method, path, body) => call(server, { method, path, body, token }),
    connect: async () => {
      const client = await SocketClient.open(new URL("/ws", server), {
        protocols: ["go-chat", `bearer.${token}`],
      });
      await client.next("welcome");
      return client;
    },
    write: async (to, content) => {
      const body = { "to_user_id": to.id, content };
      return Sent.parse(await call(server, { method: "POST", path: "messages", body, token })).data;
    },
  };
}

interface Call {
  readonly method: string;
  readonly path: string;
  readonly body?: unknown;
  readonly token?: string;
}

async function call(server: URL, { method, path, body, token }: Call): Promise<unknown> {
  const response = await fetch(new URL(`/api/v1/${path}`, server), {
    method,
    headers: { origin: server.origin, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const answer = await response.json();
  if (!response.ok) {
    throw new Error(`${method} ${path} answered ${response.status}: ${JSON.stringify(answer)}`);
  }
  return answer;
}
