import assert from "node:assert/strict";
import { Api } from "../../../static/core/api.js";
import { pickLanguage, Texts } from "../../../static/core/i18n.js";
import { createMemory, newUuid } from "../../../static/core/platform.js";
import { inviteCode, registrationFaults } from "../../../static/core/registration.js";
import { EN } from "../../../static/core/text_en.js";
import { ZH } from "../../../static/core/text_zh.js";
import { ERRORS } from "../../../realtime/errors.ts";

Deno.test("The page says the same things in both languages, with the same words to fill in", () => {
  assert.deepEqual(Object.keys(ZH).toSorted(), Object.keys(EN).toSorted());
  const english = new Map(Object.entries(EN));
  for (const [key, text] of Object.entries(ZH)) {
    const words = (one: string): readonly string[] => (one.match(/\{\w+\}/g) ?? []).toSorted();
    assert.deepEqual(words(text), words(english.get(key) ?? ""), key);
    assert.ok(text !== "", `${key} is empty`);
  }
});

Deno.test("Texts.error() knows every refusal of a message by its word", () => {
  const texts = new Texts("en");
  for (
    const word of [
      "to_oneself",
      "no_such_user",
      "not_a_member",
      "id_reused",
      "too_large",
      "bad_request",
    ] as const
  ) {
    assert.ok(word in ERRORS);
    assert.notEqual(texts.error(word), texts.t("error.unexpected"), word);
  }
  assert.equal(texts.error("something_new", "The server's own words"), "The server's own words");
});

Deno.test("pickLanguage() takes what was chosen, else the first of the browser's that there is, else English", () => {
  assert.equal(pickLanguage("zh", ["en"]), "zh");
  assert.equal(pickLanguage(null, ["fr-FR", "zh-Hans-CN", "en"]), "zh");
  assert.equal(pickLanguage("xx", ["en-GB", "zh"]), "en");
  assert.equal(pickLanguage(undefined, ["fr"]), "en");
});

Deno.test("Texts.day() and moment() speak of days as people do", () => {
  const texts = new Texts("en");
  const now = new Date(2026, 10, 23, 9, 0).getTime();
  assert.equal(texts.day(new Date(2026, 10, 23, 0, 1).getTime(), now), "Today");
  assert.equal(texts.day(new Date(2026, 10, 22, 23, 59).getTime(), now), "Yesterday");
  assert.equal(texts.day(new Date(2026, 10, 2).getTime(), now), "Monday, November 2");
  assert.equal(texts.day(new Date(2025, 10, 2).getTime(), now), "Sunday, November 2, 2025");
  assert.match(texts.moment(new Date(2026, 10, 23, 8, 5).getTime(), now), /^8:05\sAM$/);
  assert.equal(texts.moment(new Date(2026, 10, 2).getTime(), now), "11/2");
});

const good = { username: "ann_s", email: "ann@example.com", password: "correct horse", invite: "code" };
const release = { mode: "release", registration: "invite" } as const;

Deno.test("registrationFaults() finds nothing wrong with a good form, in any script", () => {
  assert.deepEqual(registrationFaults(good, release), {});
  assert.deepEqual(registrationFaults({ ...good, username: "张伟明" }, release), {});
  assert.deepEqual(registrationFaults({ ...good, invite: "" }, { ...release, registration: "open" }), {});
});

Deno.test("registrationFaults() names every fault at once", () => {
  const faults = registrationFaults({ username: "a", email: "x", password: "short", invite: "" }, release);
  assert.deepEqual(Object.keys(faults).toSorted(), ["email", "invite", "password", "username"]);
});

Deno.test("registrationFaults() keeps the password rules of the mode", () => {
  const fault = (password: string, mode: "debug" | "release"): string | undefined =>
    registrationFaults({ ...good, password }, { mode, registration: "open" }).password;
  assert.equal(fault("12345", "debug"), "fault.password_debug");
  assert.equal(fault("123456", "debug"), undefined);
  assert.equal(fault("x".repeat(21), "debug"), "fault.password_debug");
  assert.equal(fault("1234567", "release"), "fault.password_short");
  assert.equal(fault("密".repeat(25), "release"), "fault.password_long");
  assert.equal(fault("ANN@example.com", "release"), "fault.password_own");
});

Deno.test("inviteCode() takes the code itself and the link it came in", () => {
  assert.equal(inviteCode(" abc.def "), "abc.def");
  assert.equal(inviteCode("https://chat.test/#invite=abc.def"), "abc.def");
  assert.equal(inviteCode("#invite=abc.def&x=1"), "abc.def");
});

Deno.test("newUuid() makes a random UUID of version 4 each time", () => {
  const ids = Array.from({ length: 50 }, newUuid);
  assert.equal(new Set(ids).size, 50);
  for (const id of ids) {
    assert.match(id, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
});

Deno.test("createMemory() works on where a browser keeps nothing, or something else wrote", () => {
  const denied = createMemory(() => {
    throw new Error("denied");
  });
  denied.set("x", 1);
  assert.equal(denied.get("x"), null);
  const odd = createMemory(() => ({
    length: 0,
    key: () => null,
    getItem: () => "{",
    setItem: () => {},
    removeItem: () => {},
  }));
  assert.equal(odd.get("x"), null);
});

/** An Api whose server answers this. */
function apiOf(status: number, body: unknown): Api {
  return new Api({
    fetch: () =>
      Promise.resolve(new Response(typeof body === "string" ? body : JSON.stringify(body), { status })),
    language: () => "en",
  });
}

Deno.test("Api answers what it got, and why not, and never throws", async () => {
  const facts = { mode: "debug", registration: "open", version: "1" };
  assert.deepEqual(await apiOf(200, { code: 200, message: "ok", data: facts }).server(), {
    ok: true,
    data: facts,
  });
  const taken = {
    code: 409,
    message: "The username is taken",
    error: "username_taken",
    fields: { username: "taken" },
    retryAfterS: null,
  };
  assert.deepEqual(await apiOf(409, taken).register(good), {
    ok: false,
    status: 409,
    error: "username_taken",
    message: "The username is taken",
    fields: { username: "taken" },
    retryAfterS: null,
  });
  for (const odd of ["<html>", "null", "[]", '{"data":{"mode":"other"}}']) {
    const answer = await apiOf(200, odd).server();
    assert.equal(answer.ok, false);
  }
  const away = new Api({ fetch: () => Promise.reject(new TypeError("network")), language: () => "en" });
  assert.deepEqual(await away.me(), {
    ok: false,
    status: 0,
    error: "unreachable",
    message: "",
    fields: {},
    retryAfterS: null,
  });
});
