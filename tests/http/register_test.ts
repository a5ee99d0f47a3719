import assert from "node:assert/strict";
import { AppHarness, type HarnessOptions, passwordOf } from "./app_harness.ts";

const FORM = { username: "testuser", email: "test@example.com", password: "123456", phone: "13800138000" };

async function refusal(
  form: object,
  options: HarnessOptions = {},
): Promise<{ status: number; error: string | undefined; fields: string[] }> {
  await using http = await AppHarness.open(options);
  const { status, error, fields } = await http.call("POST", "/auth/register", { body: form });
  return { status, error, fields: Object.keys(fields ?? {}).sort() };
}

Deno.test("POST /auth/register takes the documented request and answers the account", async () => {
  await using http = await AppHarness.open();
  const answer = await http.call("POST", "/auth/register", { body: FORM });
  assert.equal(answer.status, 200);
  const { password: _, ...public_ } = FORM;
  assert.deepEqual(answer.data, { id: 1, ...public_, avatar: "", status: "active", role: "owner" });
});

Deno.test("POST /auth/register makes the first account the owner and others members", async () => {
  await using http = await AppHarness.open();
  await http.register("ann");
  const answer = await http.call("POST", "/auth/register", { body: FORM });
  assert.equal(Object(answer.data).role, "member");
});

Deno.test("POST /auth/register reads JSON whatever its content type, ignores unknown keys, needs no phone", async () => {
  await using http = await AppHarness.open();
  for (
    const [index, type] of [
      "text/plain",
      "application/x-www-form-urlencoded",
      "",
      "application/json; charset=gbk",
    ].entries()
  ) {
    const body = {
      ...FORM,
      username: `user${index}`,
      email: `u${index}@example.com`,
      phone: undefined,
      role: "owner",
      id: 99,
    };
    const answer = await http.call("POST", "/auth/register", {
      raw: new TextEncoder().encode(JSON.stringify(body)),
      headers: type === "" ? {} : { "content-type": type },
    });
    assert.equal(answer.status, 200, type);
    assert.equal(Object(answer.data).id, index + 1);
    assert.equal(Object(answer.data).role, index === 0 ? "owner" : "member");
  }
});

Deno.test("POST /auth/register tells every field at fault at once", async () => {
  assert.deepEqual(await refusal({ username: "a", email: "x", password: "1", phone: "1\n2", invite: 5 }), {
    status: 400,
    error: "invalid_fields",
    fields: ["email", "invite", "password", "phone", "username"],
  });
  assert.deepEqual(await refusal({}), {
    status: 400,
    error: "invalid_fields",
    fields: ["email", "password", "username"],
  });
});

Deno.test("POST /auth/register in release tells a password equal to the name though another field is at fault", async () => {
  const form = { username: "annabella", email: "not one", password: "annabella" };
  assert.deepEqual((await refusal(form, { mode: "release" })).fields, ["email", "password"]);
  const twin = { username: "annabella", email: "anna@example.com", password: "Anna@Example.com" };
  assert.deepEqual((await refusal(twin, { mode: "release" })).fields, ["password"]);
});

Deno.test("POST /auth/register in release refuses short, common and overlong passwords", async () => {
  for (const password of ["x7 yq2!", "password1", "q7".repeat(37)]) {
    const { status, fields } = await refusal({ ...FORM, password }, { mode: "release" });
    assert.deepEqual([status, fields], [400, ["password"]], password);
  }
});

Deno.test("POST /auth/register answers 409 for a name or an address that differs by case only", async () => {
  await using http = await AppHarness.open();
  await http.call("POST", "/auth/register", { body: FORM });
  const cases = [
    [{ ...FORM, username: "TestUser", email: "other@example.com" }, "username_taken", ["username"]],
    [{ ...FORM, username: "ＴＥＳＴuser", email: "other@example.com" }, "username_taken", ["username"]],
    [{ ...FORM, username: "other", email: "TEST@example.com" }, "email_taken", ["email"]],
    [{ ...FORM, username: "TESTUSER" }, "username_taken", ["username", "email"]],
  ] as const;
  for (const [body, error, fields] of cases) {
    const answer = await http.call("POST", "/auth/register", { body });
    assert.equal(answer.status, 409);
    assert.equal(answer.error, error);
    assert.deepEqual(Object.keys(answer.fields ?? {}), fields);
  }
});

Deno.test("POST /auth/register lets one of many at once have a name", async () => {
  await using http = await AppHarness.open();
  const answers = await Promise.all(
    Array.from(
      { length: 10 },
      (_, index) =>
        http.call("POST", "/auth/register", { body: { ...FORM, email: `u${index}@example.com` } }),
    ),
  );
  assert.equal(answers.filter((answer) => answer.status === 200).length, 1);
  assert.equal(answers.filter((answer) => answer.error === "username_taken").length, 9);
});

Deno.test("POST /auth/register stores the plain form of compatible characters", async () => {
  await using http = await AppHarness.open();
  const answer = await http.call("POST", "/auth/register", { body: { ...FORM, username: "Ａｎｎ９" } });
  assert.equal(Object(answer.data).username, "Ann9");
});

Deno.test("POST /auth/register answers 403 where registration is closed, also to the code of an invite", async () => {
  assert.equal((await refusal(FORM, { registration: "closed" })).error, "registration_closed");
  assert.equal(
    (await refusal({ ...FORM, invite: "x.y" }, { registration: "closed" })).error,
    "registration_closed",
  );
});

Deno.test("POST /auth/register answers 403 without an invite where one is needed", async () => {
  const expected = { status: 403, error: "invite_invalid", fields: ["invite"] };
  assert.deepEqual(await refusal(FORM, { registration: "invite" }), expected);
  assert.deepEqual(await refusal({ ...FORM, invite: "" }, { registration: "invite" }), expected);
  assert.deepEqual(await refusal({ ...FORM, invite: "made.up" }, { registration: "invite" }), expected);
  assert.deepEqual(
    await refusal({ ...FORM, invite: "made.up" }),
    expected,
    "a wrong one is told where none is needed",
  );
});

for (const registration of ["invite", "closed"] as const) {
  Deno.test(`The first account is made by the owner's link where registration is ${registration}, once`, async () => {
    await using http = await AppHarness.open({ mode: "release", registration });
    const base = new URL("https://chat.example.com/");
    const invite = await http.accounts.firstOwnerInvite(base);
    assert.ok(invite !== null);
    assert.deepEqual(await http.accounts.firstOwnerInvite(base), invite, "asked again: the same link");
    const code = invite.link.split("https://chat.example.com/#invite=")[1];
    const body = { username: "boss", email: "boss@example.com", password: passwordOf("boss"), invite: code };
    const first = await http.call("POST", "/auth/register", { body });
    assert.deepEqual([first.status, Object(first.data).role], [200, "owner"]);
    const again = await http.call("POST", "/auth/register", {
      body: { ...body, username: "boss2", email: "boss2@example.com" },
    });
    assert.equal(again.status, 403);
    assert.equal(await http.accounts.firstOwnerInvite(base), null, "there is an owner");
  });
}

Deno.test("firstOwnerInvite() answers null where anybody may register", async () => {
  await using http = await AppHarness.open({ registration: "open" });
  assert.equal(await http.accounts.firstOwnerInvite(new URL("http://localhost/")), null);
});

Deno.test("POST /auth/register answers 429 with Retry-After after CHAT_LIMIT_REGISTER of an address in an hour", async () => {
  await using http = await AppHarness.open({ limitRegister: 2 });
  const register = (index: number, peer: string): ReturnType<AppHarness["call"]> =>
    http.call("POST", "/auth/register", {
      peer,
      body: { ...FORM, username: `user${index}`, email: `u${index}@example.com` },
    });
  for (const index of [0, 1]) assert.equal((await register(index, "192.0.2.1")).status, 200);
  const refused = await register(2, "192.0.2.1");
  assert.deepEqual([refused.status, refused.error], [429, "rate_limited"]);
  const retry = Number(refused.headers.get("retry-after"));
  assert.ok(retry > 3_500 && retry <= 3_600, String(retry));
  assert.equal((await register(2, "192.0.2.2")).status, 200);
  http.clock.shift(3_600_000);
  assert.equal((await register(3, "192.0.2.1")).status, 200);
});
