/**
 * The first steps of the README against a running server in debug mode: register two people, sign in, exchange a
 * message over real sockets. Ends with an error when any of it does not go as documented.
 *
 *     deno run --allow-net=127.0.0.1 tests/support/first_steps.ts http://127.0.0.1:8080
 *
 * @module
 */
import { z } from "zod";
import { SocketClient } from "./socket_client.ts";

const Account = z.object({ code: z.literal(200), data: z.object({ id: z.number() }) });
const SignIn = z.object({ code: z.literal(200), data: z.object({ id: z.number(), token: z.string() }) });

const address = new URL(Deno.args[0] ?? "http://127.0.0.1:8080");

/** Posts JSON and answers what came, which must be as `form` says. */
async function post<T>(path: string, body: unknown, form: z.ZodType<T>): Promise<T> {
  const response = await fetch(new URL(path, address), { method: "POST", body: JSON.stringify(body) });
  const text = await response.text();
  const answer = form.safeParse(JSON.parse(text));
  if (!answer.success) throw new Error(`${path} answered ${text}`);
  return answer.data;
}

/** Registers somebody, signs in, and answers the number of the account. */
async function join(username: string): Promise<number> {
  const password = "123456";
  const person = { username, email: `${username}@example.com`, password };
  const { data } = await post("/api/v1/auth/register", person, Account);
  await post("/api/v1/auth/login", { username, password }, SignIn);
  return data.id;
}

const [ann, bob] = [await join("ann_first"), await join("bob_first")];
await using first = await SocketClient.as(address, ann, { username: "ann_first" });
await using second = await SocketClient.as(address, bob, { username: "bob_first" });
await first.ask({ type: "private", id: "first-step", to_user_id: bob, content: "Hello World" });
await second.next((frame) => frame.type === "private" && frame.content === "Hello World");
