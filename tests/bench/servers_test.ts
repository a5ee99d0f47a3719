import assert from "node:assert/strict";
import { HERE } from "./checkouts.ts";
import { startChat, startPrototype } from "./servers.ts";

/** What a socket says, one message after the other; closes it at the end. */
async function heard(
  socket: WebSocket,
  count: number,
  onOpen: () => void = () => {},
): Promise<readonly { readonly type: string; readonly data: Readonly<Record<string, unknown>> }[]> {
  const texts: string[] = [];
  await new Promise<void>((resolve, reject) => {
    socket.onopen = onOpen;
    socket.onerror = (): void => reject(new Error("The socket failed"));
    socket.onmessage = ({ data }): void => {
      if (texts.push(String(data)) === count) resolve();
    };
  });
  const closed = new Promise((resolve) => socket.onclose = resolve);
  socket.close();
  await closed;
  return texts.map((text) => JSON.parse(text));
}

Deno.test("startChat() signs people in: each token is somebody of their own, and nobody is let in without", async () => {
  await using target = await startChat(HERE, { people: 3, signedIn: true });
  assert.ok(target.tokens !== null);
  const tokens = (await Deno.readTextFile(target.tokens)).split("\n");
  const url = new URL("/ws", target.url);
  const names = await Promise.all(tokens.map(async (token) => {
    const socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` } });
    const [welcome] = await heard(socket, 1);
    return welcome?.data["username"];
  }));
  assert.deepEqual(names, ["storm1", "storm2", "storm3"]);
  const refused = await fetch(new URL("/ws?user_id=1&username=ann", target.url));
  await refused.body?.cancel();
  assert.ok(refused.status >= 400, String(refused.status));
});

Deno.test("The prototype hands a message on, numbers it, and acknowledges it as ours does", async () => {
  await using target = await startPrototype();
  const socketOf = (user: number): WebSocket => new WebSocket(new URL(`/ws?user_id=${user}`, target.url));
  const message = (id: string, to: number): string =>
    JSON.stringify({ type: "private", id, to_user_id: to, content: "hello" });
  const writer = socketOf(1);
  const frames = await heard(writer, 3, () => {
    writer.send(message("a", 2));
    writer.send(message("b", 1));
  });
  assert.deepEqual(frames.map(({ type, data }) => [type, data["original_message_id"] ?? "", data["seq"]]), [
    ["read", "a", 1],
    ["private", "", 1],
    ["read", "b", 1],
  ]);
});
