/** Contract §2 POST /messages and §3.1 `private` as one: what is sent one way is known the other. */
import assert from "node:assert/strict";
import { FakeSocket } from "../support/instance.ts";
import { until } from "../support/until.ts";
import { AppHarness, type Person } from "./app_harness.ts";

interface Talk extends AsyncDisposable {
  readonly http: AppHarness;
  readonly ann: Person;
  readonly bob: Person;
}

async function couple(): Promise<Talk> {
  const http = await AppHarness.open({ mode: "release" });
  const ann = await http.join("ann");
  const bob = await http.join("bob");
  return { http, ann, bob, [Symbol.asyncDispose]: () => http[Symbol.asyncDispose]() };
}

/** A socket of somebody signed in, once it is welcome. */
async function connect(http: AppHarness, person: Person): Promise<FakeSocket> {
  const session = await http.store.sessions.find(person.session_id, http.clock.now());
  assert.ok(session !== null);
  const socket = new FakeSocket();
  const identity = { userId: person.id, username: person.username, session, language: "en" } as const;
  const events = http.realtime.accept(identity, socket, true);
  socket.bind(events);
  events.opened();
  await until("the socket is welcome", () => socket.of("welcome").length === 1);
  return socket;
}

async function answer(socket: FakeSocket, frame: Record<string, unknown>): Promise<Record<string, unknown>> {
  await socket.write(frame);
  const found = (): FakeSocket["frames"][number] | undefined =>
    socket.frames.find((one) => one.id === frame["id"] || one.data?.["original_message_id"] === frame["id"]);
  await until(`${frame["id"]} is answered`, () => found() !== undefined);
  return found()?.data ?? {};
}

Deno.test("POST /messages: the peer's sockets and all of one's own get the private frame", async () => {
  await using talk = await couple();
  const { http, ann, bob } = talk;
  const sockets = [await connect(http, ann), await connect(http, bob), await connect(http, bob)];
  const body = { "to_user_id": bob.id, content: "from a script", id: "c-1" };
  const sent = Object((await http.call("POST", "/messages", { token: ann.token, body })).data);
  for (const [at, socket] of sockets.entries()) {
    await until("the message is pushed", () => socket.of("private").length === 1);
    const [frame] = socket.of("private");
    assert.deepEqual([frame?.id, frame?.content, frame?.from_user_id], [
      sent.message_id,
      body.content,
      ann.id,
    ]);
    assert.equal(frame?.data?.["client_id"], at === 0 ? "c-1" : undefined, "known to its sender alone");
  }
});

Deno.test("POST /messages: one id is one message, whether it came by socket or by POST", async () => {
  await using talk = await couple();
  const { http, ann, bob } = talk;
  const socket = await connect(http, ann);
  const post = async (id: string): Promise<Record<string, unknown>> => {
    const body = { "to_user_id": bob.id, content: "hi", id };
    return Object((await http.call("POST", "/messages", { token: ann.token, body })).data);
  };
  const frame = { type: "private", "to_user_id": bob.id, content: "hi" };
  const framed = await answer(socket, { ...frame, id: "one" });
  const again = await post("one");
  assert.deepEqual([again["message_id"], again["seq"], again["duplicate"]], [framed["message_id"], 1, true]);
  const posted = await post("two");
  const acked = await answer(socket, { ...frame, id: "two" });
  assert.deepEqual([acked["message_id"], acked["seq"]], [posted["message_id"], 2]);
  await socket.write({ ...frame, content: "ho", id: "two" });
  await until("the other content is refused", () => socket.of("error").length === 1);
  assert.equal(socket.of("error")[0]?.data?.["error"], "id_reused");
});

Deno.test("private and POST /messages in release: nobody, and somebody disabled, are 404 no_such_user; nothing is stored", async () => {
  await using talk = await couple();
  const { http, ann, bob } = talk;
  const socket = await connect(http, ann);
  await http.accounts.people.change(bob.id, { status: "disabled" });
  for (const to of [bob.id, 77, 4_294_967_295]) {
    const refused = await answer(socket, {
      type: "private",
      id: `to ${to}`,
      "to_user_id": to,
      content: "hi",
    });
    assert.deepEqual([refused["code"], refused["error"], refused["temporary"]], [404, "no_such_user", false]);
    const body = { "to_user_id": to, content: "hi" };
    const posted = await http.call("POST", "/messages", { token: ann.token, body });
    assert.deepEqual([posted.status, posted.error], [404, "no_such_user"]);
  }
  const { data } = await http.call("GET", "/conversations", { token: ann.token });
  assert.deepEqual(Object(data).conversations, []);
});

Deno.test("private in debug: any positive id may be written to, and the message waits for them", async () => {
  await using http = await AppHarness.open();
  const body = { "to_user_id": 4_294_967_295, content: "hi" };
  assert.equal((await http.call("POST", "/messages?user_id=1", { body })).status, 200);
  const { data } = await http.call("GET", "/conversations?user_id=4294967295");
  assert.deepEqual([Object(data).conversations[0].unread, Object(data).conversations[0].peer.user_id], [
    1,
    1,
  ]);
});
