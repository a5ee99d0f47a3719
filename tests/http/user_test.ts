import assert from "node:assert/strict";
import { type Answer, AppHarness, passwordOf } from "./app_harness.ts";

Deno.test("GET /user/profile?id=1 answers the account, without a token in debug", async () => {
  await using http = await AppHarness.open();
  await http.register("ann", { phone: "123" });
  const { status, data } = await http.call("GET", "/user/profile?id=1");
  assert.equal(status, 200);
  assert.deepEqual(data, {
    id: 1,
    username: "ann",
    email: "ann@example.com",
    phone: "123",
    avatar: "",
    status: "active",
    role: "owner",
  });
});

for (
  const id of [
    "",
    "0",
    "-1",
    "01",
    "1.5",
    "1e3",
    " 1",
    "0x1",
    "abc",
    "4294967296",
    "99999999999999999999",
    "%00",
    "１",
  ]
) {
  Deno.test(`GET /user/profile answers 400 to the id "${id}"`, async () => {
    await using http = await AppHarness.open();
    const answer = await http.call("GET", `/user/profile?id=${id}`);
    assert.deepEqual([answer.status, Object.keys(answer.fields ?? {})], [400, ["id"]]);
  });
}

Deno.test("GET /user/profile answers 400 without an id and 404 to one that nobody has", async () => {
  await using http = await AppHarness.open();
  assert.deepEqual(Object.keys((await http.call("GET", "/user/profile")).fields ?? {}), ["id"]);
  for (const id of [1, 4_294_967_295]) {
    const answer = await http.call("GET", `/user/profile?id=${id}`);
    assert.deepEqual([answer.status, answer.error], [404, "no_such_user"]);
  }
});

Deno.test("GET /user/profile in release tells e-mail and phone only of oneself", async () => {
  await using http = await AppHarness.open({ mode: "release" });
  await http.register("boss", { phone: "1" });
  await http.register("ann", { phone: "2" });
  const ann = await http.signIn("ann");
  const own = Object((await http.call("GET", `/user/profile?id=${ann.id}`, { token: ann.token })).data);
  assert.deepEqual([own.email, own.phone], ["ann@example.com", "2"]);
  const other = await http.fetch("GET", "/api/v1/user/profile?id=1", { token: ann.token });
  const text = await other.text();
  assert.equal(other.status, 200);
  assert.equal(/boss@example.com|"phone":"1"/.test(text), false, text);
});

Deno.test("GET /user/me answers my account to a session, and in debug to ?user_id=", async () => {
  await using http = await AppHarness.open();
  const ann = await http.join("ann");
  assert.equal(Object((await http.call("GET", "/user/me", { token: ann.token })).data).username, "ann");
  assert.equal(Object((await http.call("GET", "/user/me?user_id=1")).data).username, "ann");
  assert.equal((await http.call("GET", "/user/me")).status, 401);
  assert.equal((await http.call("GET", "/user/me?user_id=77")).error, "no_such_user");
  assert.deepEqual(Object.keys((await http.call("GET", "/user/me?user_id=0")).fields ?? {}), ["user_id"]);
});

Deno.test("PATCH /user/me changes phone and avatar without, and names with the password", async () => {
  await using http = await AppHarness.open();
  const ann = await http.join("ann");
  const patch = (body: object): Promise<Answer> => http.call("PATCH", "/user/me", { token: ann.token, body });
  assert.equal(Object((await patch({ phone: "+86 138" })).data).phone, "+86 138");
  assert.deepEqual(Object.keys((await patch({ username: "anna" })).fields ?? {}), ["password"]);
  assert.deepEqual(Object.keys((await patch({ email: "anna@example.com" })).fields ?? {}), ["password"]);
  const wrong = await patch({ username: "anna", password: "wrong" });
  assert.deepEqual([wrong.status, wrong.error, Object.keys(wrong.fields ?? {})], [400, "wrong_password", [
    "password",
  ]]);
  const password = passwordOf("ann");
  const { data } = await patch({ username: "anna", email: "anna@example.com", password });
  assert.deepEqual([Object(data).username, Object(data).email, Object(data).phone], [
    "anna",
    "anna@example.com",
    "+86 138",
  ]);
  assert.equal(
    (await patch({ username: "anna", email: "anna@example.com" })).status,
    200,
    "the same names need nothing",
  );
  assert.equal((await patch({ username: "ANNA", password })).status, 200, "another case of one's own name");
  assert.equal((await patch({})).status, 200);
});

Deno.test("PATCH /user/me answers 409 at the fields that others have", async () => {
  await using http = await AppHarness.open();
  await http.register("bob");
  const ann = await http.join("ann");
  const patch = (body: object): Promise<Answer> =>
    http.call("PATCH", "/user/me", { token: ann.token, body: { ...body, password: passwordOf("ann") } });
  const name = await patch({ username: "BOB" });
  assert.deepEqual([name.status, name.error, Object.keys(name.fields ?? {})], [409, "username_taken", [
    "username",
  ]]);
  const both = await patch({ username: "bob", email: "bob@example.com" });
  assert.deepEqual([both.error, Object.keys(both.fields ?? {})], ["username_taken", ["username", "email"]]);
  assert.equal((await patch({ email: "BOB@example.com" })).error, "email_taken");
});

Deno.test("PATCH /user/me takes as avatar nothing, or an image that this server serves", async () => {
  const staticRoot = await Deno.makeTempDir();
  try {
    await Deno.writeTextFile(`${staticRoot}/face.svg`, "<svg xmlns='http://www.w3.org/2000/svg'/>");
    await Deno.writeTextFile(`${staticRoot}/app.js`, "1");
    await using http = await AppHarness.open({ staticRoot });
    const ann = await http.join("ann");
    const patch = (avatar: unknown): Promise<Answer> =>
      http.call("PATCH", "/user/me", { token: ann.token, body: { avatar } });
    assert.equal(Object((await patch("/face.svg")).data).avatar, "/face.svg");
    assert.equal(Object((await patch("")).data).avatar, "");
    for (
      const wrong of [
        "/none.svg",
        "/app.js",
        "face.svg",
        "https://evil.example/face.svg",
        "//evil.example/face.svg",
        "javascript:1",
        5,
      ]
    ) {
      const answer = await patch(wrong);
      assert.deepEqual([answer.status, Object.keys(answer.fields ?? {})], [400, ["avatar"]], String(wrong));
    }
  } finally {
    await Deno.remove(staticRoot, { recursive: true });
  }
});

Deno.test("GET /users finds active people by the beginning of their names, but not oneself", async () => {
  await using http = await AppHarness.open();
  const boss = await http.join("boss");
  const names = ["anna", "Annabell", "annette", "bob"];
  for (const name of names) await http.register(name);
  const gone = await http.register("ann_gone");
  await http.call("PATCH", `/admin/users/${gone}`, { token: boss.token, body: { status: "disabled" } });
  const search = async (query: string): Promise<unknown> => {
    const { data } = await http.call("GET", `/users${query}`, { token: boss.token });
    return [Object(data).users.map((user: { username: string }) => user.username), Object(data).has_more];
  };
  assert.deepEqual(await search("?q=ANN"), [["anna", "Annabell", "annette"], false]);
  assert.deepEqual(await search("?q=ann&limit=2"), [["anna", "Annabell"], true]);
  assert.deepEqual(await search("?q=boss"), [[], false]);
  assert.deepEqual(await search(""), [names, false]);
  assert.deepEqual(await search("?q=%25"), [[], false]);
  const { data } = await http.call("GET", "/users?q=bob", { token: boss.token });
  assert.deepEqual(Object.keys(Object(data).users[0]).sort(), ["avatar", "id", "username"]);
});

for (
  const query of [
    "?limit=0",
    "?limit=101",
    "?limit=-1",
    "?limit=x",
    "?limit=",
    "?limit=1e1",
    `?q=${"a".repeat(101)}`,
    "?q=%00",
  ]
) {
  Deno.test(`GET /users${query.slice(0, 20)} answers 400`, async () => {
    await using http = await AppHarness.open();
    const answer = await http.call("GET", `/users${query}`);
    assert.deepEqual([answer.status, Object.keys(answer.fields ?? {})], [400, [
      query.startsWith("?q") ? "q" : "limit",
    ]]);
  });
}
